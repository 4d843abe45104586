//! Arguments, then boot.

use std::process::ExitCode;

fn main() -> ExitCode {
    kith::cli::main()
}
