//! Any bytes are a text, and every text is read soundly. `docs/reading.md` says how to run it.

#![no_main]

use std::sync::LazyLock;

use kith::intake::Reader;
use libfuzzer_sys::fuzz_target;

#[path = "../../tests/read/sound.rs"]
mod sound;

static READER: LazyLock<Reader> = LazyLock::new(Reader::new);

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    sound::expect_sound(&text, &READER.read(&text));
});
