//! The machine that was measured on, as Linux describes it.

use std::fs;
use std::path::Path;

/// One line about each part that matters, as name and value.
pub(crate) fn describe(folder: &Path) -> Vec<(&'static str, String)> {
    let processors = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let count = std::thread::available_parallelism().map_or(0, usize::from);
    vec![
        (
            "processor",
            format!("{count} × {}", field(&processors, "model name")),
        ),
        ("memory", field(&memory, "MemTotal")),
        ("system", format!("Linux {}", kernel.trim())),
        ("file system", file_system(folder)),
    ]
}

fn field(text: &str, name: &str) -> String {
    let value = text
        .lines()
        .find_map(|line| line.strip_prefix(name)?.split_once(':'));
    value.map_or_else(
        || "unknown".to_owned(),
        |(_, value)| value.trim().to_owned(),
    )
}

fn file_system(folder: &Path) -> String {
    let mounts = fs::read_to_string("/proc/self/mounts").unwrap_or_default();
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let mount = mounts
        .lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            let (_, place, kind, options) =
                (words.next()?, words.next()?, words.next()?, words.next()?);
            folder
                .starts_with(place)
                .then_some((place.len(), kind, options))
        })
        .max_by_key(|(length, ..)| *length);
    mount.map_or_else(
        || "unknown".to_owned(),
        |(_, kind, options)| format!("{kind} ({options})"),
    )
}
