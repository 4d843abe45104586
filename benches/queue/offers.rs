//! What it costs to find the neighbours who could meet one case among many open offers: from the press of a button to the
//! answer, loading and deciding.

use std::time::Instant;

use kith::domain::action::Action;
use kith::domain::areas::{AreaPoint, Grid, Point};
use kith::domain::clock::Timestamp;
use kith::domain::decision::{Change, Decision};
use kith::domain::details::Details;
use kith::domain::effect::Act;
use kith::domain::ids::{
    CaseId, ConnectorId, Draw, GroupId, InboundKey, MatchId, OfferId, PersonId,
};
use kith::domain::inbound::{Event, Inbound, Press, Scene};
use kith::domain::matching::{Feedback, Match, MatchState};
use kith::domain::offer::{Offer, OfferState};
use kith::domain::particulars::Particulars;
use kith::domain::people::{Actor, Standing};
use kith::domain::priority::Route;
use kith::domain::reading::Kind;
use kith::domain::settings::{Area, AskedBy, Channel, ChannelRole, Leaks, Listening};
use kith::domain::speech::Speech;
use kith::domain::traces::Hasher;
use kith::store::{Batch, Store};
use kith::triage::Desk;
use kith::triage::linkage::Told;

use super::measure::{Fallible, milliseconds, number, quantile};
use super::texts::{AREAS, Numbers};
use super::{Arguments, FILL, Town, code, person, place, resident};

/// How many cases there are to match.
const CASES: usize = 400;
/// One in so many neighbours helps somebody already.
const HELPS: usize = 50;
/// Metres between the middles of outcodes: all thirty lie within a county town and what is around it.
const APART: i32 = 2500;

/// What neighbours offer; one for each need of `texts`, and time for anything.
const OFFERS: [&str; 13] = [
    "I can collect prescriptions from the chemist",
    "happy to do food shopping for anyone who can't get to the shops",
    "I can give lifts to hospital appointments",
    "retired heating engineer, can look at a boiler or lend a heater",
    "happy to visit anybody who is lonely, love a chat",
    "can walk your dog in the mornings",
    "will mow a lawn or trim a hedge",
    "I can help with forms and letters",
    "can mend a tap or put up a shelf",
    "I cook too much, happy to drop off a hot meal",
    "good with phones and computers, can help you get online",
    "can mind children after school",
    "I have free time, will do whatever is needed",
];
const WHEN: [&str; 6] = [
    "",
    " on Tuesdays",
    " most evenings",
    " at the weekend",
    ", I have a car",
    ", I speak Polish too",
];

/// Fills a database with offers and matches cases among them.
pub(crate) async fn measure(arguments: &Arguments, offers: usize) -> Fallible<()> {
    let folder = tempfile::Builder::new()
        .prefix("kith-offers-")
        .tempdir_in(&arguments.folder)?;
    let town = town(arguments, &folder).await?;
    town.store.put_areas(&points(), town.now).await?;
    town.fill_offers(offers).await?;
    town.fill_cases().await?;
    println!(
        "| open offers | weighed, on average | loading p50, ms | p99, ms | loading and deciding p50, ms | p99, ms | neighbours shown | resident, MB |"
    );
    println!("|--:|--:|--:|--:|--:|--:|--:|--:|");
    let (mut loading, mut whole, mut weighed, mut shown) = (Vec::new(), Vec::new(), 0, 0);
    let mut transaction = town.store.begin().await?;
    for number in 0..CASES {
        let inbound = pressed(&town, number);
        let begun = Instant::now();
        let wants = town.desk.wants(&inbound, None, &town.channels);
        let mut snapshot = transaction.load(&wants).await?;
        loading.push(milliseconds(begun.elapsed()));
        snapshot.channels.clone_from(&town.channels);
        let mut draw = Draw::new([0; 16]);
        let decision = town
            .desk
            .decide(&snapshot, &inbound, None, town.now, &mut draw);
        whole.push(milliseconds(begun.elapsed()));
        weighed += snapshot.offers.len();
        shown += neighbours(&decision)?;
    }
    println!(
        "| {offers} | {:.0} | {:.2} | {:.2} | {:.2} | {:.2} | {:.1} | {:.0} |",
        number(weighed) / number(CASES),
        quantile(&loading, 0.5),
        quantile(&loading, 0.99),
        quantile(&whole, 0.5),
        quantile(&whole, 0.99),
        number(shown) / number(CASES),
        resident()?,
    );
    Ok(())
}

async fn town(arguments: &Arguments, folder: &tempfile::TempDir) -> Fallible<Town> {
    let url = arguments
        .postgres
        .clone()
        .unwrap_or_else(|| format!("sqlite://{}", folder.path().join("kith.db").display()));
    let hub = Channel {
        place: place("hub"),
        group: GroupId::new("hub"),
        role: ChannelRole::Hub,
        asking: AskedBy::default(),
        leaks: Leaks::default(),
        listening: Listening::Auto,
        area: Area::default(),
        set_by: PersonId::new("admin"),
        set_at: Timestamp::default(),
    };
    Ok(Town {
        desk: Desk::embedded(Hasher::new(b"bench")),
        store: Store::open(&url).await?,
        channels: [(hub.place.clone(), hub)].into(),
        now: Timestamp::from_millis(1_780_000_000_000),
    })
}

/// Invented: a square of outcodes, six wide.
fn points() -> Vec<AreaPoint> {
    let point = |(at, outcode): (i32, &&str)| AreaPoint {
        outcode: (*outcode).to_owned(),
        point: Point {
            grid: Grid::Britain,
            east: 500_000 + at % 6 * APART,
            north: 200_000 + at / 6 * APART,
        },
        postcodes: 500,
    };
    (0..).zip(&AREAS).map(point).collect()
}

fn pressed(town: &Town, number: usize) -> Inbound {
    Inbound {
        connector: ConnectorId::new("telegram"),
        key: InboundKey::new(format!("p{number}")),
        at: town.now,
        event: Event::Press(Press {
            scene: Scene {
                place: place("hub"),
                parent: None,
                group: Some(GroupId::new("hub")),
            },
            on: None,
            by: Actor {
                person: person("staff".to_owned()),
                standing: Standing::default(),
            },
            action: Some(Action::Neighbours(CaseId::new(format!("{number:016x}")))),
            answer: None,
        }),
    }
}

/// How many neighbours the answer names.
fn neighbours(decision: &Decision) -> Fallible<usize> {
    let mut lists = decision
        .effects
        .iter()
        .filter_map(|effect| match &effect.act {
            Act::Answer(answer) => match &answer.speech {
                Speech::Neighbours(list) if list.allowed => Some(list.fits.len()),
                _ => None,
            },
            _ => None,
        });
    lists
        .next_back()
        .ok_or_else(|| "no list of neighbours".into())
}

impl Town {
    async fn fill_offers(&self, count: usize) -> Fallible<()> {
        for from in (0..count).step_by(FILL) {
            let mut changes = Vec::new();
            for at in from..(from + FILL).min(count) {
                let offer = self.offer(at, count - at);
                if at.is_multiple_of(HELPS) {
                    changes.push(Change::Match(Box::new(self.agreed(at, &offer))));
                }
                changes.push(Change::Offer(Box::new(offer)));
            }
            self.put(changes).await?;
        }
        Ok(())
    }

    async fn fill_cases(&self) -> Fallible<()> {
        let case = |at| {
            let mut case = self.case(at, CASES - at);
            case.triaged.route = Route::Neighbour;
            Change::Case(Box::new(case))
        };
        self.put((0..CASES).map(case).collect()).await
    }

    async fn put(&self, changes: Vec<Change>) -> Fallible<()> {
        let batch = Batch {
            now: self.now,
            decisions: vec![Decision {
                changes,
                effects: Vec::new(),
            }],
            ..Batch::default()
        };
        let mut transaction = self.store.begin().await?;
        transaction.save(&batch).await?;
        transaction.commit().await?;
        Ok(())
    }

    fn offer(&self, at: usize, seconds_ago: usize) -> Offer {
        let mut numbers = Numbers(u64::try_from(at).unwrap_or(0));
        let what = OFFERS[numbers.below(OFFERS.len())];
        let when = WHEN[numbers.below(WHEN.len())];
        let area = AREAS[numbers.below(AREAS.len())];
        let text = format!("{what}{when}, I'm in {area}");
        let reading = self.desk.reader.read_as(&text, Kind::Offer);
        let neighbour = format!("neighbour{at}");
        let told = Timestamp::from_millis(
            self.now.as_millis() - i64::try_from(seconds_ago).unwrap_or(0) * 1000,
        );
        let traces = self.desk.linkage.traces(&Told {
            text: &text,
            reading: &reading,
            senses: &self.desk.reader.senses(&text),
            author: Some(("telegram", &neighbour)),
            handle: Some(&neighbour),
            phone: None,
            postcode: None,
            at: Some(told),
        });
        Offer {
            id: OfferId::new(format!("{at:016x}")),
            // Cases have the first ones.
            code: code(CASES + at),
            state: OfferState::Open,
            categories: reading.categories.clone(),
            outcode: Some(area.to_owned()),
            area: Area::default(),
            neighbour: person(neighbour),
            place: place("street"),
            source: None,
            details: Details::default(),
            traces,
            particulars: Particulars::default(),
            seek: None,
            erased: kith::domain::retention::Erased::Nothing,
            at: told,
            changed: told,
            version: 1,
        }
    }

    /// What the neighbour of an offer does already.
    fn agreed(&self, at: usize, offer: &Offer) -> Match {
        Match {
            id: MatchId::new(format!("{at:016x}")),
            case: CaseId::new(format!("elsewhere{at}")),
            case_code: code(at),
            offer: offer.id.clone(),
            offer_code: offer.code.clone(),
            state: MatchState::Agreed {
                at: self.now,
                due: self.now,
                asked: true,
            },
            score: 1.0,
            reasons: Vec::new(),
            neighbour: offer.neighbour.clone(),
            resident: person(format!("resident{at}")),
            proposed_by: Some(person("staff".to_owned())),
            feedback: Feedback::default(),
            visit: None,
            concern: None,
            at: self.now,
            changed: self.now,
            version: 1,
        }
    }
}
