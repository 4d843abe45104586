//! stand-in, not committed
use crate::domain::reading::*;
pub struct Assessment {
    pub danger: bool,
    pub concern: bool,
}
pub fn assess(r: &Reading) -> Assessment {
    let d = !r.signals.is_empty();
    Assessment {
        danger: d,
        concern: d,
    }
}
#[derive(Debug, Default)]
pub struct Contacts;
pub struct Contact {
    pub name: String,
    pub contact: String,
    pub hours: String,
}
impl Contacts {
    pub fn for_signals(&self, _s: &[Signal]) -> Vec<&Contact> {
        vec![]
    }
}
#[derive(Debug, Default)]
pub struct Prompts;
impl Prompts {
    pub fn version(&self) -> i64 {
        1
    }
    pub fn doorstep(&self) -> Vec<String> {
        vec![]
    }
}
impl Contacts {
    pub fn built_in() -> Self {
        Self
    }
}
impl Prompts {
    pub fn built_in() -> Self {
        Self
    }
}
