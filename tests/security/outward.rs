//! Outward calls: a destination that was taken over, or a name that leads inside, reaches nothing and fills no memory.

use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use kith::domain::clock::Timestamp;
use kith::domain::disclosure::{Disclosed, LEAST_FIELDS};
use kith::domain::ids::{DestinationId, Draw, EffectId, ReferralId};
use kith::domain::referral::{Notice, NoticeOf, ReferralNotice};
use kith::hub::{DestinationSettings, Destinations, ForwardFailure, Handover};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
/// How long a destination may take, and how much longer than that a test may.
const TIMEOUT: Duration = Duration::from_millis(500);
const SOON: Duration = Duration::from_secs(8);

fn settings(url: &str, allow_private: bool) -> DestinationSettings {
    DestinationSettings {
        id: DestinationId::new("medway"),
        title: "Medway Council".to_owned(),
        url: url.parse().expect("an address"),
        secrets: vec![SECRET.into()],
        allow_private,
        timeout: TIMEOUT,
        fields: LEAST_FIELDS.to_vec(),
    }
}

async fn forward(settings: DestinationSettings) -> Result<Option<String>, ForwardFailure> {
    let notice = Notice::Referral(ReferralNotice {
        of: NoticeOf::Case,
        referral: ReferralId::new("0123456789abcdef"),
        code: Draw::new([1; 16]).code(),
        told: Disclosed::default(),
        ground: None,
        raised_at: None,
    });
    let handover = Handover {
        key: &EffectId::new("effect01"),
        notice: &notice,
        now: Timestamp::from_millis(1_614_265_330_000),
    };
    let destinations = Destinations::new(vec![settings]).expect("a destination");
    let began = Instant::now();
    let result = destinations
        .forward(&DestinationId::new("medway"), handover)
        .await;
    assert!(began.elapsed() < SOON, "it took {:?}", began.elapsed());
    result
}

/// A destination that answers each connection with these pieces, one after the other, and counts connections.
struct Hostile {
    address: String,
    visits: Arc<AtomicUsize>,
    _serving: JoinSet<()>,
}

impl Hostile {
    async fn sending(pieces: Vec<Vec<u8>>, between: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("its address").to_string();
        let visits = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&visits);
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                answer(stream, &pieces, between).await;
            }
        });
        Self {
            address,
            visits,
            _serving: serving,
        }
    }

    fn visits(&self) -> usize {
        self.visits.load(Ordering::SeqCst)
    }

    fn url(&self) -> String {
        format!("http://{}/cases", self.address)
    }
}

async fn answer(mut stream: TcpStream, pieces: &[Vec<u8>], between: Duration) {
    let mut asked = [0; 8_192];
    let _ = stream.read(&mut asked).await;
    for piece in pieces {
        // Whoever asked may have gone.
        if stream.write_all(piece).await.is_err() {
            return;
        }
        tokio::time::sleep(between).await;
    }
}

fn is_dead(result: &Result<Option<String>, ForwardFailure>) -> bool {
    matches!(result, Err(ForwardFailure::Dead { .. }))
}

/// An address inside, however it is written: not called, and staff are told why.
macro_rules! not_called {
    ($($name:ident: $url:literal;)+) => {
        $(
            #[tokio::test]
            async fn $name() {
                let result = forward(settings($url, false)).await;
                let Err(ForwardFailure::Dead { why }) = result else {
                    panic!("{result:?}")
                };
                assert!(why.contains("private network"), "{why}");
                assert!(!why.contains("cases?key=planted"), "the address isn't repeated: {why}");
            }
        )+
    };
}

not_called! {
    this_machine_by_number: "http://127.0.0.1:1/cases?key=planted";
    this_machine_by_name: "http://localhost:1/cases?key=planted";
    this_machine_as_one_number: "http://2130706433:1/";
    this_machine_in_octal: "http://0177.0.0.1:1/";
    this_machine_in_hexadecimal: "http://0x7f000001:1/";
    this_machine_in_short: "http://127.1:1/";
    this_machine_as_nothing: "http://0.0.0.0:1/";
    this_machine_in_version_six: "http://[::1]:1/";
    this_machine_mapped: "http://[::ffff:127.0.0.1]:1/";
    this_machine_through_a_translator: "http://[64:ff9b::7f00:1]:1/";
    this_machine_through_a_tunnel: "http://[2002:7f00:1::]:1/";
    the_metadata_of_a_cloud: "http://169.254.169.254/latest/meta-data/";
    the_metadata_of_a_cloud_mapped: "http://[::ffff:a9fe:a9fe]/";
    an_address_of_this_house: "http://192.168.1.1/";
    an_address_of_this_office: "http://10.1.2.3/";
    an_address_of_a_carrier: "http://100.64.0.1/";
    an_address_of_a_neighbour: "http://[fe80::1]/";
    an_address_in_full_width: "http://１２７.０.０.１:1/";
    a_name_before_the_address: "http://council.example.org@127.0.0.1:1/";
}

#[tokio::test]
async fn an_answer_that_leads_elsewhere_is_not_followed() {
    let inside = Hostile::sending(
        vec![b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".to_vec()],
        Duration::ZERO,
    )
    .await;
    for status in [
        "301 Moved Permanently",
        "302 Found",
        "307 Temporary Redirect",
        "308 Permanent Redirect",
    ] {
        let leads = format!(
            "HTTP/1.1 {status}\r\nlocation: {}\r\ncontent-length: 0\r\n\r\n",
            inside.url()
        );
        let outside = Hostile::sending(vec![leads.into_bytes()], Duration::ZERO).await;
        let result = forward(settings(&outside.url(), true)).await;
        assert!(result.is_err(), "{status}: {result:?}");
        assert_eq!((outside.visits(), inside.visits()), (1, 0), "{status}");
    }
}

#[tokio::test]
async fn an_answer_without_end_is_cut() {
    let mut pieces = vec![b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec()];
    let mut chunk = b"10000\r\n".to_vec();
    chunk.extend(vec![b'x'; 0x10000]);
    chunk.extend(b"\r\n");
    pieces.extend(std::iter::repeat_n(chunk, 2_000));
    let hostile = Hostile::sending(pieces, Duration::ZERO).await;
    let result = forward(settings(&hostile.url(), true)).await;
    assert_eq!(
        result,
        Ok(None),
        "the case is accepted, the rest of no interest"
    );
}

#[tokio::test]
async fn an_answer_drop_by_drop_is_given_up() {
    let mut pieces = vec![b"HTTP/1.1 200 OK\r\ncontent-length: 4000\r\n\r\n{".to_vec()];
    pieces.extend(std::iter::repeat_n(b" ".to_vec(), 4_000));
    let hostile = Hostile::sending(pieces, Duration::from_millis(50)).await;
    assert_eq!(forward(settings(&hostile.url(), true)).await, Ok(None));
}

#[tokio::test]
async fn headers_drop_by_drop_are_given_up() {
    let pieces = std::iter::once(b"HTTP/1.1 200 OK\r\nx: ".to_vec());
    let pieces = pieces
        .chain(std::iter::repeat_n(b"x".to_vec(), 4_000))
        .collect();
    let hostile = Hostile::sending(pieces, Duration::from_millis(50)).await;
    let result = forward(settings(&hostile.url(), true)).await;
    assert!(
        matches!(result, Err(ForwardFailure::Retry { .. })),
        "{result:?}"
    );
}

#[tokio::test]
async fn headers_without_end_are_given_up() {
    let mut pieces = vec![b"HTTP/1.1 200 OK\r\n".to_vec()];
    pieces.extend(
        (0..50_000).map(|number| format!("x-{number}: {}\r\n", "x".repeat(100)).into_bytes()),
    );
    let hostile = Hostile::sending(pieces, Duration::ZERO).await;
    let result = forward(settings(&hostile.url(), true)).await;
    assert!(result.is_err(), "{result:?}");
}

#[tokio::test]
async fn an_answer_that_unfolds_to_gigabytes_stays_folded() {
    let mut folded = GzEncoder::new(Vec::new(), Compression::fast());
    folded
        .write_all(br#"{"reference": "MC-77"}"#)
        .expect("memory");
    for _ in 0..10 {
        folded.write_all(&vec![b' '; 100_000]).expect("memory");
    }
    let folded = folded.finish().expect("memory");
    assert!(folded.len() < 20_000);
    let mut answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        folded.len()
    )
    .into_bytes();
    answer.extend(folded);
    let hostile = Hostile::sending(vec![answer], Duration::ZERO).await;
    assert_eq!(forward(settings(&hostile.url(), true)).await, Ok(None));
}

#[tokio::test]
async fn an_answer_of_a_hundred_thousand_brackets_is_no_reference() {
    let body = "[".repeat(60_000);
    let answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let hostile = Hostile::sending(vec![answer.into_bytes()], Duration::ZERO).await;
    assert_eq!(forward(settings(&hostile.url(), true)).await, Ok(None));
}

#[tokio::test]
async fn a_reference_with_markup_and_hidden_signs_is_harmless_to_staff() {
    use kith::domain::people::Language;
    use kith::domain::speech::{HubNote, Speech};
    let reference = "[x](https://evil.example) @everyone \\u202e<b>\\n# done";
    let body = format!(r#"{{"reference": "{reference}"}}"#);
    let answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let hostile = Hostile::sending(vec![answer.into_bytes()], Duration::ZERO).await;
    let reference = forward(settings(&hostile.url(), true))
        .await
        .expect("accepted");
    let note = Speech::HubNote {
        code: Draw::new([1; 16]).code(),
        holder: None,
        note: HubNote::Taken {
            destination: "the council".to_owned(),
            reference: Some(reference.expect("a reference")),
        },
    };
    let shown = kith::reply::render(&note, Language::English);
    assert!(
        !shown.markdown().contains("@everyone"),
        "{}",
        shown.markdown()
    );
    assert!(!shown.html().contains("<b>#") && !shown.plain().contains('\u{202e}'));
    assert_eq!(shown.plain().lines().count(), 1, "{}", shown.plain());
}

#[tokio::test]
async fn what_is_no_http_at_all_is_tried_again_later() {
    let hostile = Hostile::sending(vec![b"SSH-2.0-OpenSSH_9.7\r\n".to_vec()], Duration::ZERO).await;
    let result = forward(settings(&hostile.url(), true)).await;
    assert!(!is_dead(&result) && result.is_err(), "{result:?}");
}

#[tokio::test]
async fn a_wrong_certificate_is_not_believed() {
    // Plain HTTP where TLS is spoken: nothing is sent in the clear.
    let hostile = Hostile::sending(
        vec![b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".to_vec()],
        Duration::ZERO,
    )
    .await;
    let result = forward(settings(
        &format!("https://{}/cases", hostile.address),
        true,
    ))
    .await;
    assert!(result.is_err(), "{result:?}");
}
