//! The rows of cases, offers, concerns, reports, referrals and dialogues, and what they mean.

use super::error::StoreError;
use super::filing::Filing;
use super::row::{Row, json, parse, row};
use crate::domain::case::{Candidate, Case};
use crate::domain::clock::Timestamp;
use crate::domain::code::CaseCode;
use crate::domain::concern::Concern;
use crate::domain::decision::Post;
use crate::domain::dialogue::Dialogue;
use crate::domain::ids::{CaseId, ChannelId, ConnectorId, MessageId, PersonId, Place, PostKey};
use crate::domain::matching::Match;
use crate::domain::offer::{Offer, OfferState};
use crate::domain::people::Person;
use crate::domain::referral::Referral;
use crate::domain::report::{CaseEvent, Report, Subject};
use crate::domain::retention::{ended_case, ended_concern, ended_match, ended_offer};
use crate::domain::volunteer::Volunteer;

row! {
    CaseRow in "case_record" {
        id: String,
        code: String,
        state: String,
        live: i64,
        with_hub: i64,
        due: Option<i64>,
        urgency: i64,
        connector: String,
        channel: String,
        resident_connector: String,
        resident: String,
        at: i64,
        version: i64,
        body: String,
        rank: i64,
        changed: i64,
        categories: String,
        outcode: String,
        area: String,
        holder_connector: Option<String>,
        holder: Option<String>,
        compared: String,
        ended: Option<i64>,
        erased: i64,
    }
}

impl CaseRow {
    pub(super) fn of(case: &Case) -> Result<Self, StoreError> {
        let holder = case.state.holder();
        let filing = Filing::of(case);
        Ok(Self {
            id: filing.id,
            code: case.code.as_str().to_owned(),
            state: filing.state,
            live: case.state.is_live().into(),
            with_hub: filing.with_hub,
            due: case.due().map(Timestamp::as_millis),
            urgency: case.urgency as i64,
            connector: case.place.connector.to_string(),
            channel: case.place.channel.to_string(),
            resident_connector: case.resident.connector.to_string(),
            resident: case.resident.id.to_string(),
            at: filing.at,
            version: case.version,
            body: json(Self::TABLE, case)?,
            rank: filing.rank,
            changed: case.changed.as_millis(),
            categories: filing.categories,
            outcode: filing.outcode,
            area: filing.area,
            holder_connector: holder.map(|holder| holder.connector.to_string()),
            holder: holder.map(|holder| holder.id.to_string()),
            compared: json(Self::TABLE, &case.compared)?,
            ended: ended_case(&case.state).map(Timestamp::as_millis),
            erased: case.erased as i64,
        })
    }
}

impl TryFrom<CaseRow> for Case {
    type Error = StoreError;

    fn try_from(row: CaseRow) -> Result<Self, StoreError> {
        let case: Self = parse((CaseRow::TABLE, "body", &row.id), &row.body)?;
        Ok(Self {
            place: place(row.connector, row.channel),
            compared: parse((CaseRow::TABLE, "compared", &row.id), &row.compared)?,
            ..case
        })
    }
}

row! {
    /// A live case that a telling has something in common with; `telling` is the number of the telling.
    CandidateRow in "case_record" {
        telling: i64,
        id: String,
        code: String,
        at: i64,
        with_hub: i64,
        resident_connector: String,
        resident: String,
        compared: String,
    }
}

impl TryFrom<CandidateRow> for Candidate {
    type Error = StoreError;

    fn try_from(row: CandidateRow) -> Result<Self, StoreError> {
        let code = CaseCode::parse(&row.code).map_err(|error| StoreError::BadRow {
            table: CandidateRow::TABLE,
            column: "code",
            row: row.id.clone(),
            why: error.to_string(),
        })?;
        Ok(Self {
            code,
            at: Timestamp::from_millis(row.at),
            with_hub: row.with_hub != 0,
            resident: (
                ConnectorId::new(row.resident_connector),
                PersonId::new(row.resident),
            ),
            compared: parse((CandidateRow::TABLE, "compared", &row.id), &row.compared)?,
            id: CaseId::new(row.id),
        })
    }
}

row! {
    OfferRow in "offer" {
        id: String,
        code: String,
        state: String,
        live: i64,
        due: Option<i64>,
        connector: String,
        channel: String,
        neighbour_connector: String,
        neighbour: String,
        at: i64,
        version: i64,
        body: String,
        ended: Option<i64>,
        erased: i64,
    }
}

impl OfferRow {
    pub(super) fn of(offer: &Offer) -> Result<Self, StoreError> {
        Ok(Self {
            id: offer.id.to_string(),
            code: offer.code.as_str().to_owned(),
            state: offer.state.name().to_owned(),
            live: offer.state.is_live().into(),
            due: match &offer.state {
                OfferState::Draft { expires } => Some(expires.as_millis()),
                OfferState::Open => offer.seek.map(Timestamp::as_millis),
                _ => None,
            },
            connector: offer.place.connector.to_string(),
            channel: offer.place.channel.to_string(),
            neighbour_connector: offer.neighbour.connector.to_string(),
            neighbour: offer.neighbour.id.to_string(),
            at: offer.at.as_millis(),
            version: offer.version,
            body: json(Self::TABLE, offer)?,
            ended: ended_offer(&offer.state).map(Timestamp::as_millis),
            erased: offer.erased as i64,
        })
    }
}

impl TryFrom<OfferRow> for Offer {
    type Error = StoreError;

    fn try_from(row: OfferRow) -> Result<Self, StoreError> {
        let offer: Self = parse((OfferRow::TABLE, "body", &row.id), &row.body)?;
        Ok(Self {
            place: place(row.connector, row.channel),
            ..offer
        })
    }
}

row! {
    MatchRow in "match_record" {
        id: String,
        case_id: String,
        offer_id: String,
        state: String,
        live: i64,
        asking: i64,
        due: Option<i64>,
        concern: Option<String>,
        neighbour_connector: String,
        neighbour: String,
        resident_connector: String,
        resident: String,
        at: i64,
        version: i64,
        body: String,
        ended: Option<i64>,
        erased: i64,
    }
}

impl MatchRow {
    pub(super) fn of(found: &Match) -> Result<Self, StoreError> {
        Ok(Self {
            id: found.id.to_string(),
            case_id: found.case.to_string(),
            offer_id: found.offer.to_string(),
            state: found.state.name().to_owned(),
            live: found.state.is_live().into(),
            asking: found.state.is_asking().into(),
            due: found.due().map(Timestamp::as_millis),
            concern: found.concern.as_ref().map(ToString::to_string),
            neighbour_connector: found.neighbour.connector.to_string(),
            neighbour: found.neighbour.id.to_string(),
            resident_connector: found.resident.connector.to_string(),
            resident: found.resident.id.to_string(),
            at: found.at.as_millis(),
            version: found.version,
            body: json(Self::TABLE, found)?,
            ended: ended_match(found).map(Timestamp::as_millis),
            erased: i64::from(is_nameless(&found.neighbour) && is_nameless(&found.resident)),
        })
    }
}

impl TryFrom<MatchRow> for Match {
    type Error = StoreError;

    fn try_from(row: MatchRow) -> Result<Self, StoreError> {
        parse((MatchRow::TABLE, "body", &row.id), &row.body)
    }
}

row! {
    VolunteerRow in "volunteer" {
        id: String,
        connector: String,
        person: String,
        version: i64,
        body: String,
        touched: i64,
        barred: i64,
    }
}

impl VolunteerRow {
    pub(super) fn of(volunteer: &Volunteer) -> Result<Self, StoreError> {
        Ok(Self {
            id: volunteer.id.to_string(),
            connector: volunteer.person.connector.to_string(),
            person: volunteer.person.id.to_string(),
            version: volunteer.version,
            body: json(Self::TABLE, volunteer)?,
            touched: volunteer.steps.last().map_or(0, |step| step.at.as_millis()),
            barred: volunteer.is_barred().into(),
        })
    }
}

impl TryFrom<VolunteerRow> for Volunteer {
    type Error = StoreError;

    fn try_from(row: VolunteerRow) -> Result<Self, StoreError> {
        parse((VolunteerRow::TABLE, "body", &row.id), &row.body)
    }
}

row! {
    ConcernRow in "concern" {
        id: String,
        code: String,
        state: String,
        connector: String,
        channel: String,
        at: i64,
        person_connector: String,
        person: String,
        told: i64,
        due: Option<i64>,
        version: i64,
        body: String,
        ended: Option<i64>,
        erased: i64,
    }
}

impl ConcernRow {
    pub(super) fn of(concern: &Concern) -> Result<Self, StoreError> {
        Ok(Self {
            id: concern.id.to_string(),
            code: concern.code.as_str().to_owned(),
            state: concern.state.name().to_owned(),
            connector: concern.place.connector.to_string(),
            channel: concern.place.channel.to_string(),
            at: concern.at.as_millis(),
            person_connector: concern.person.connector.to_string(),
            person: concern.person.id.to_string(),
            told: concern.told().as_millis(),
            due: concern.due().map(Timestamp::as_millis),
            version: concern.version,
            body: json(Self::TABLE, concern)?,
            ended: ended_concern(&concern.state).map(Timestamp::as_millis),
            erased: i64::from(concern.person.id.as_str().is_empty()),
        })
    }
}

impl TryFrom<ConcernRow> for Concern {
    type Error = StoreError;

    fn try_from(row: ConcernRow) -> Result<Self, StoreError> {
        let concern: Self = parse((ConcernRow::TABLE, "body", &row.id), &row.body)?;
        Ok(Self {
            place: place(row.connector, row.channel),
            ..concern
        })
    }
}

row! {
    ReportRow in "report" {
        id: String,
        sort: String,
        subject: String,
        connector: Option<String>,
        channel: Option<String>,
        message: Option<String>,
        at: i64,
        body: String,
    }
}

impl ReportRow {
    pub(super) fn of(report: &Report) -> Result<Self, StoreError> {
        let source = report.source.as_ref();
        Ok(Self {
            id: report.id.to_string(),
            sort: report.subject.sort().to_owned(),
            subject: report.subject.id().to_owned(),
            connector: source.map(|source| source.place.connector.to_string()),
            channel: source.map(|source| source.place.channel.to_string()),
            message: source.map(|source| source.message.to_string()),
            at: report.at.as_millis(),
            body: json(Self::TABLE, report)?,
        })
    }
}

impl TryFrom<ReportRow> for Report {
    type Error = StoreError;

    fn try_from(row: ReportRow) -> Result<Self, StoreError> {
        parse((ReportRow::TABLE, "body", &row.id), &row.body)
    }
}

row! {
    ReferralRow in "referral" {
        id: String,
        case_id: String,
        destination: String,
        reference: Option<String>,
        at: i64,
        body: String,
    }
}

impl ReferralRow {
    pub(super) fn of(referral: &Referral) -> Result<Self, StoreError> {
        Ok(Self {
            id: referral.id.to_string(),
            case_id: referral.case.to_string(),
            destination: referral.destination.to_string(),
            reference: referral.reference.clone(),
            at: referral.at.as_millis(),
            body: json(Self::TABLE, referral)?,
        })
    }
}

impl TryFrom<ReferralRow> for Referral {
    type Error = StoreError;

    fn try_from(row: ReferralRow) -> Result<Self, StoreError> {
        parse((ReferralRow::TABLE, "body", &row.id), &row.body)
    }
}

row! {
    DialogueRow in "dialogue" {
        connector: String,
        person: String,
        channel: String,
        touched: i64,
        body: String,
    }
}

impl DialogueRow {
    pub(super) fn of(dialogue: &Dialogue, now: Timestamp) -> Result<Self, StoreError> {
        Ok(Self {
            connector: dialogue.person.connector.to_string(),
            person: dialogue.person.id.to_string(),
            channel: dialogue.place.channel.to_string(),
            touched: now.as_millis(),
            body: json(Self::TABLE, dialogue)?,
        })
    }
}

impl TryFrom<DialogueRow> for Dialogue {
    type Error = StoreError;

    fn try_from(row: DialogueRow) -> Result<Self, StoreError> {
        let mut dialogue: Self = parse((DialogueRow::TABLE, "body", &row.person), &row.body)?;
        dialogue.place.channel = ChannelId::new(row.channel);
        Ok(dialogue)
    }
}

row! {
    PostRow in "post" {
        key: String,
        sort: String,
        subject: String,
        connector: String,
        channel: String,
        message: Option<String>,
    }
}

impl PostRow {
    pub(super) fn of(post: &Post) -> Self {
        Self {
            key: post.key.to_string(),
            sort: post.subject.sort().to_owned(),
            subject: post.subject.id().to_owned(),
            connector: post.place.connector.to_string(),
            channel: post.place.channel.to_string(),
            message: post.message.as_ref().map(ToString::to_string),
        }
    }
}

impl TryFrom<PostRow> for Post {
    type Error = StoreError;

    fn try_from(row: PostRow) -> Result<Self, StoreError> {
        let subject = Subject::from_words(&row.sort, &row.subject);
        Ok(Self {
            subject: subject.ok_or_else(|| StoreError::BadRow {
                table: PostRow::TABLE,
                column: "sort",
                row: row.key.clone(),
                why: format!("expected case, offer or concern, found `{}`", row.sort),
            })?,
            key: PostKey::new(row.key),
            place: place(row.connector, row.channel),
            message: row.message.map(MessageId::new),
        })
    }
}

row! {
    /// A row of the audit trail; the database numbers it.
    EventRow in "case_event" { sort: String, subject: String, at: i64, body: String }
}

impl EventRow {
    pub(super) fn of(event: &CaseEvent) -> Result<Self, StoreError> {
        Ok(Self {
            sort: event.subject.sort().to_owned(),
            subject: event.subject.id().to_owned(),
            at: event.at.as_millis(),
            body: json(Self::TABLE, event)?,
        })
    }
}

impl TryFrom<EventRow> for CaseEvent {
    type Error = StoreError;

    fn try_from(row: EventRow) -> Result<Self, StoreError> {
        parse((EventRow::TABLE, "body", &row.subject), &row.body)
    }
}

fn place(connector: String, channel: String) -> Place {
    Place {
        connector: ConnectorId::new(connector),
        channel: ChannelId::new(channel),
    }
}

fn is_nameless(person: &Person) -> bool {
    person.name.reveal().is_empty()
}
