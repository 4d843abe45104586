//! The English words. Short, plain and kind, for a reader of nine; no blame, no jargon.

mod answers;
mod card;
mod concerns;
mod details;
#[cfg(test)]
pub(super) mod disclosure;
mod file;
pub(super) mod form;
mod group;
mod hub;
mod leak;
mod matching;
pub(super) mod menu;
mod queue;
mod resident;
mod safety;
mod setup;
pub(super) mod sharing;
mod visit;
mod volunteer;
pub(super) mod words;

use super::rich::Rendered;
use crate::domain::speech::Speech;

/// The words and buttons for a speech.
pub(super) fn render(speech: &Speech) -> Rendered {
    match speech {
        Speech::AskRequest { subject } => group::ask_request(subject),
        Speech::AskOffer { subject } => group::ask_offer(subject),
        Speech::AskResolved { subject, code } => group::ask_resolved(subject, code),
        Speech::PassedOn { subject, code } => group::passed_on(subject, code),
        Speech::OfferNoted { subject, code } => group::offer_noted(subject, code),
        Speech::Logged { subject, code } => group::logged(subject, code),
        Speech::AlreadyWithHub { subject, code } => group::already_with_hub(subject, code),
        Speech::PartOf { case, code } => group::part_of(case, code),
        Speech::TakenBack { code } => group::taken_back(code),
        Speech::Erased => group::erased(),
        Speech::MessageWaiting { link } => group::message_waiting(link.as_ref()),

        Speech::Noted => answers::noted(),
        Speech::OnlyTheWriter => answers::only_the_writer(),
        Speech::ButtonGone => answers::button_gone(),
        Speech::NotForYou { who } => answers::not_for_you(*who),
        Speech::CommandProblem { problem } => answers::command_problem(problem),
        Speech::NoSuchCode { code } => answers::no_such_code(code),
        Speech::Slow { why } => answers::slow(why),
        Speech::Dropped => answers::dropped(),

        Speech::Welcome => resident::welcome(),
        Speech::Help {
            staff,
            lead,
            moderator,
        } => resident::help(*staff, *lead, *moderator),
        Speech::AskField(ask) => details::ask_field(ask),
        Speech::DetailsSaved {
            subject,
            code,
            details,
            on_behalf,
        } => details::saved((subject, code), details, *on_behalf),
        Speech::DialogueStopped => resident::dialogue_stopped(),
        Speech::Mine { entries } => resident::mine(entries),
        Speech::News { case, code, news } => resident::news(case, code, news),
        Speech::AskAnswer { code, question } => resident::ask_answer(code, question),
        Speech::AnswerPassedOn { code } => resident::answer_passed_on(code),
        Speech::NotUnderstood => resident::not_understood(),
        Speech::Sharing(speech) => sharing::told(speech),

        Speech::AskChecks => volunteer::ask_checks(),
        Speech::CheckStated { tier } => volunteer::stated(*tier),

        Speech::Match(speech) => matching::told(speech),

        Speech::Card(view) => card::case(view),
        Speech::OfferCard(view) => card::offer(view),
        Speech::HubNote { code, holder, note } => hub::note(code, holder.as_ref(), note),
        Speech::Briefing { case, lines, .. } => hub::briefing(case, lines),
        Speech::YouHaveIt(told) => file::you_have_it(told),
        Speech::HeldBy { code, name, since } => hub::held_by(code, name, *since),
        Speech::NotNow {
            code,
            expected,
            found,
        } => hub::not_now(code, expected, found),
        Speech::YouReleasedIt { code } => hub::released(code),
        Speech::File(told) => file::file(told),
        Speech::Queue(list) => queue::queue(list),
        Speech::AskOutcome { case, code } => hub::ask_outcome(case, code),
        Speech::AskDestination {
            case,
            code,
            destinations,
        } => hub::ask_destination(case, code, destinations),
        Speech::NoDestination => hub::no_destination(),
        Speech::Forwarding { code, destination } => hub::forwarding(code, destination),
        Speech::ForLeads { code } => hub::for_leads(code),
        Speech::Ground(speech) => sharing::ground(speech),
        Speech::YouClosedIt { code, outcome } => hub::closed(code, *outcome),
        Speech::QuestionSent { code } => hub::question_sent(code),
        Speech::PrioritySet {
            code,
            priority,
            by_hand,
        } => hub::priority_set(code, *priority, *by_hand),
        Speech::Neighbours(list) => matching::neighbours(list),
        Speech::NeighbourAsked { code, name } => matching::asked(code, name),

        Speech::Numbers(numbers) => safety::numbers(numbers),
        Speech::ConcernCard(view) => concerns::card(view),
        Speech::HeardAgain { concern } => safety::heard_again(concern),
        Speech::AskWorry => concerns::ask_worry(),
        Speech::ConcernRaised { lines } => concerns::raised(lines),
        Speech::Concerns { entries } => concerns::open(entries),
        Speech::AskConcernOutcome { concern, code } => concerns::ask_outcome(concern, code),
        Speech::ConcernWaits { code, since } => concerns::waits(code, *since),
        Speech::ConcernGrew { code } => concerns::grew(code),
        Speech::Leak {
            secrets,
            removed,
            message,
        } => leak::told(secrets, *removed, message),
        Speech::Removing => leak::removing(),
        Speech::Volunteer(view) => volunteer::known(view),

        Speech::SetupPanel {
            channel,
            hub_missing,
        } => setup::panel(channel.as_ref(), *hub_missing),
        Speech::ChannelStatus { channel, facts } => setup::status(channel.as_ref(), facts),
        Speech::ModeratorNamed => setup::moderator_named(),
        Speech::Hello => setup::hello(),
    }
}
