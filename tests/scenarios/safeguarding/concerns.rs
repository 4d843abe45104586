//! Concerns as a lane of their own: anybody raises one, leads alone see it, and nothing else that kith shows has it.

use kith::config::{ApiToken, Sha256Sum};
use kith::demo::code_in;
use kith::domain::code::CaseCode;
use kith::domain::decision::Wants;
use kith::domain::report::Subject;
use sha2::{Digest, Sha256};

use crate::discord::hands::{answer, clicks, opens, sends, slash};
use crate::kit::nothing_left;
use crate::telegram::hands::{DANGER, NEED, Play, quiet_town};

const WORRY: &str = "The man at number 4 has not opened his door for a week";
const TOKEN: &str = "planted-token";

/// What the API tells somebody with a token for everywhere.
async fn api(play: &Play<'_>) -> String {
    let web = play.town.web_address().await.unwrap();
    let url = format!("http://{web}/api/v1/cases");
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let asked = client.get(url).bearer_auth(TOKEN);
    let answer = asked.send().await.unwrap();
    assert!(answer.status().is_success());
    answer.text().await.unwrap()
}

/// What happened to a concern, and who did it.
async fn trail(play: &Play<'_>, code: &str) -> Vec<(String, String)> {
    let store = play.town.store().await.unwrap();
    let code = CaseCode::parse(code).unwrap();
    let wants = Wants {
        codes: vec![code.clone()],
        ..Wants::default()
    };
    let mut transaction = store.begin().await.unwrap();
    let snapshot = transaction.load(&wants).await.unwrap();
    drop(transaction);
    let id = snapshot.concern_by_code(&code).unwrap().id.clone();
    let events = store.events(&Subject::Concern(id)).await.unwrap();
    store.close().await;
    let by = |by: Option<kith::domain::people::Person>| {
        by.map(|person| person.name.reveal().clone())
            .unwrap_or_default()
    };
    events
        .into_iter()
        .map(|event| (event.what, by(event.by)))
        .collect()
}

#[tokio::test]
async fn leads_alone_see_a_concern_and_every_look_is_kept() {
    let mut town = quiet_town().await;
    town.speak_freely();
    town.config_mut().web.api_token = vec![ApiToken {
        name: "all".to_owned(),
        sha256: Sha256Sum(Sha256::digest(TOKEN).into()),
        area: Vec::new(),
        expires: None,
    }];
    town.start_kith().await.unwrap();
    let play = Play::begin(&town).await;
    let (telegram, discord) = (&play.riverside, &play.hillview);
    play.befriends(telegram.ina).await;
    play.asks(telegram.rosa, NEED).await;
    play.telegram().say(telegram.street, telegram.ina, DANGER);
    let card = play
        .reads(discord.leads, "a concern", |m| m.text().contains(DANGER))
        .await
        .unwrap();
    let code = code_in(&card.text()).unwrap();

    // Neither the queue nor its codes nor the API nor the demo's own list of cases has it.
    let queue = play.commands(telegram.sam, "/queue").await;
    assert!(!queue.text.contains(&code), "{queue:?}");
    let looked = play.commands(telegram.sam, &format!("/case {code}")).await;
    assert!(looked.text.contains("I can't find"), "{looked:?}");
    let refused = play
        .commands(telegram.sam, &format!("/concern {code}"))
        .await;
    assert!(!refused.text.contains(DANGER), "{refused:?}");
    let told = api(&play).await;
    assert!(!told.contains(&code) && !told.contains("end my life"));
    assert!(!town.queue().await.unwrap().contains(&code));

    // Leads look, write down, pass on and end it.
    let lead = (discord.leah, discord.leads);
    let seen = slash(&play, lead, "concern", &[("words", &code)]).await;
    assert!(seen.text().contains(DANGER));
    let note = format!("{code} note rang her, she is safe");
    slash(&play, lead, "concern", &[("words", &note)]).await;
    let passed = format!("{code} adults AS-77");
    slash(&play, lead, "concern", &[("words", &passed)]).await;
    let open = slash(&play, lead, "concerns", &[]).await;
    assert!(open.text().contains(&code));
    clicks(&play, discord.leah, &card, "I have this").await;
    let taken = play
        .reads(discord.leads, "the log on the card", |m| {
            let text = m.text();
            m.id == card.id && text.contains("she is safe") && text.contains("AS-77")
        })
        .await
        .unwrap();
    let ends = clicks(&play, discord.leah, &taken, "Dealt with").await;
    clicks(&play, discord.leah, &ends, "Passed to adult services").await;
    play.reads(discord.leads, "how it ended", |m| {
        m.id == card.id && m.text().contains("passed to adult services")
    })
    .await
    .unwrap();
    let trail = trail(&play, &code).await;
    let trail: Vec<_> = trail
        .iter()
        .map(|(w, by)| (w.as_str(), by.as_str()))
        .collect();
    assert_eq!(
        trail,
        [
            ("raised", ""),
            ("viewed", "Leah"),
            ("noted", "Leah"),
            ("passed_to_adults", "Leah"),
            ("listed", "Leah"),
            ("acknowledged", "Leah"),
            ("closed", "Leah"),
        ]
    );

    nothing_left(town).await;
}

#[tokio::test]
async fn anybody_raises_one_in_private_or_from_a_card() {
    let mut town = quiet_town().await;
    town.speak_freely();
    town.start_kith().await.unwrap();
    let play = Play::begin(&town).await;
    let (telegram, discord) = (&play.riverside, &play.hillview);
    // On Telegram, in private, in two steps.
    play.befriends(telegram.omar).await;
    play.writes(telegram.omar, "/concern", "What worries you?")
        .await;
    play.writes(telegram.omar, WORRY, "Thank you for telling me")
        .await;
    play.reads(discord.leads, "Omar's worry", |m| {
        m.text().contains(WORRY) && m.text().contains("Omar")
    })
    .await
    .unwrap();

    // On Discord, from the card of a case, by a form.
    let (_, _, code) = play.asks(telegram.rosa, NEED).await;
    let card = play
        .reads(discord.hub, "the card", |m| {
            m.text().contains(&code) && m.button("Worried?").is_some()
        })
        .await
        .unwrap();
    let form = opens(&play, discord.kim, &card, "Worried?").await;
    let heard = sends(
        &play,
        discord.kim,
        &form,
        &[("What worries you?", "she sounds afraid of him")],
    )
    .await;
    assert!(heard.text().contains("Thank you for telling me"));
    play.reads(discord.leads, "Kim's worry about the case", |m| {
        let text = m.text();
        text.contains("she sounds afraid") && text.contains(&code) && text.contains("Kim")
    })
    .await
    .unwrap();
    // Numbers for whoever asks, as often as they do.
    for _ in 0..2 {
        let given = discord_numbers(&play, discord.priya, discord.street).await;
        assert!(given.contains("116 123") && given.contains("999"));
    }
    play.settles().await;
    assert_eq!(play.said(telegram.hub, "afraid"), 0);
    assert_eq!(play.said(telegram.street, "door"), 0);
    nothing_left(town).await;
}

async fn discord_numbers(play: &Play<'_>, person: u64, channel: u64) -> String {
    let given = play
        .town
        .discord
        .slash(person, channel, "numbers", &[])
        .unwrap();
    answer(play, given.id).await.text()
}
