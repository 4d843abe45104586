//! Learning from labelled texts, and measuring how well texts are read: `kith train`, `kith eval`.

mod examples;
mod labelled;
mod scores;

pub use examples::{read_in_folds, train};
pub use labelled::{Labelled, Labels, Placed};
pub use scores::{Bin, Measured, Report, Slice, Wrong, measure};
