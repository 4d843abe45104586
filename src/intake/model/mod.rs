//! A small linear model beside the rules: logistic regression over words, pieces of words and the
//! rules that a text met. It is trained by `kith train` and read in place from its bytes.

mod features;
mod outputs;
mod senses;
mod stored;
mod train;

pub(super) use features::{Feature, features};
pub(super) use outputs::{Head, LANGUAGES, OUTPUTS, Outputs, sigmoid, softmax};
pub use senses::compile;
pub(super) use stored::Model;
pub use stored::ModelError;
pub use train::Recipe;
pub(super) use train::{Example, Targets, train};
