//! The nations of the United Kingdom, which differ in their helplines and bank holidays.

use serde::{Deserialize, Serialize};

/// A nation of the United Kingdom; England where nobody says otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the nations are their names")]
pub enum Nation {
    #[default]
    England,
    Scotland,
    Wales,
    NorthernIreland,
}
