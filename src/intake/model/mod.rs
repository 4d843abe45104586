//! A small model beside the rules: logistic regression over words, pieces of words, senses and the rules that a text
//! met, with a small hidden layer beside it. It is trained by `kith train`.

mod features;
mod index;
mod outputs;
mod senses;
mod stored;
mod train;
mod upper;

pub(super) use features::{Feature, features};
pub(super) use outputs::{Head, LANGUAGES, OUTPUTS, Outputs, sigmoid, softmax};
pub use senses::compile;
pub(super) use senses::{Senses, senses_of};
pub use stored::ModelError;
pub(super) use stored::{Known, Model, Said};
pub use train::Recipe;
pub(super) use train::{Example, Targets, train};
