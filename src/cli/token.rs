//! `kith token new NAME`: a token with which another tool may read the queue. It is shown once; kith.toml gets its SHA-256.

use std::process::ExitCode;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::Subcommand;
use sha2::{Digest, Sha256};

use super::Failure;
use crate::config::{ApiToken, Sha256Sum};

/// Random bytes of a token: more than anybody can guess, so that a plain SHA-256 keeps it.
const LENGTH: usize = 32;

/// What to do with tokens.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// Make one, and print it with the lines to put into kith.toml.
    New {
        /// What it is called: who uses it.
        name: String,
    },
}

/// Makes a token.
pub fn token(action: &Action) -> Result<ExitCode, Failure> {
    let Action::New { name } = action;
    let mut random = [0; LENGTH];
    getrandom::fill(&mut random)
        .map_err(|error| format!("the system gives no random bytes: {error}"))?;
    println!("{}", told(name, random)?);
    Ok(ExitCode::SUCCESS)
}

/// The token of these bytes, and what to do with it.
fn told(name: &str, random: [u8; LENGTH]) -> Result<String, Failure> {
    let token = format!("kith_{}", URL_SAFE_NO_PAD.encode(random));
    let lines = toml::to_string(&ApiToken {
        name: name.to_owned(),
        sha256: Sha256Sum(Sha256::digest(&token).into()),
        area: Vec::new(),
        expires: None,
    })?;
    Ok(format!(
        "The token. It is shown this once; keep it where passwords are kept:\n\n{token}\n\n\
         Put these lines at the end of kith.toml and start kith again:\n\n[[web.api_token]]\n{lines}\
         # area = [\"ME7\", \"ME8\"]          # only the cases of these places\n\
         # expires = \"2027-03-31\"           # the last day on which it is taken"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn the_lines_that_are_printed_are_settings() {
        let told = told("a \"board\"", [7; LENGTH]).unwrap();
        let token = told.lines().find(|line| line.starts_with("kith_")).unwrap();
        let (_, lines) = told.split_once("[[web").unwrap();
        let lines = lines
            .replace("# area", "area")
            .replace("# expires", "expires");
        let config: Config = toml::from_str(&format!("[[web{lines}")).unwrap();
        let [entry] = &config.web.api_token[..] else {
            panic!("{told}")
        };
        assert_eq!(entry.name, "a \"board\"");
        assert_eq!(entry.sha256.0, <[u8; 32]>::from(Sha256::digest(token)));
        assert_eq!(entry.area, ["ME7", "ME8"]);
        assert!(entry.expires.is_some());
        assert!(!lines.contains(token), "the token itself is kept nowhere");
    }
}
