//! The words of kith as pure types: states that carry their data, and transitions between them.

pub mod private;
pub mod reading;
