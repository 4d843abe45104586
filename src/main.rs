//! Arguments, then boot.

fn main() {}
