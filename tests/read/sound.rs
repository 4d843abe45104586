//! What holds of every reading, whatever the text. `fuzz/fuzz_targets/read.rs` asks the same of any bytes.

use kith::domain::reading::{Reading, Span};

/// Fails where a reading points at no words of its text, or into the middle of a character, or where its
/// confidence is no share of one.
pub(crate) fn expect_sound(text: &str, reading: &Reading) {
    assert!(
        (0.0..=1.0).contains(&reading.confidence),
        "expected a confidence from 0 to 1, found {} for {text:?}",
        reading.confidence
    );
    for (what, span) in spans(reading) {
        assert!(
            text.get(span.start..span.end)
                .is_some_and(|words| !words.is_empty()),
            "expected {what} to point at words, found {span:?} of {text:?}"
        );
    }
}

/// Every span of a reading, with what it belongs to.
fn spans(reading: &Reading) -> Vec<(&'static str, Span)> {
    let told = &reading.particulars;
    let reasons = reading.because.iter().filter_map(|because| because.span);
    let findings = reading.findings.iter().map(|finding| finding.span);
    let quantities = told.quantities.iter().map(|quantity| quantity.span);
    let places = told.places.iter().map(|place| place.span);
    let times = told.times.iter().map(|time| time.span);
    let secrets = told.sensitive.iter().map(|secret| secret.span);
    let mut spans: Vec<(&'static str, Span)> = Vec::new();
    spans.extend(reasons.map(|span| ("a reason", span)));
    spans.extend(findings.map(|span| ("a finding", span)));
    spans.extend(quantities.map(|span| ("a quantity", span)));
    spans.extend(places.map(|span| ("a place", span)));
    spans.extend(times.map(|span| ("a time", span)));
    spans.extend(secrets.map(|span| ("a secret", span)));
    spans
}
