//! A neighbourhood's evening, played by everybody in the town. Every step waits for what it expects.

use super::cast::{Cast, Unexpected, code_in};
use super::town::Town;
use super::transcript::Printer;
use crate::sim::discord::SeenAnswer;
use serde_json::json;

type Told<T> = Result<T, Unexpected>;

/// Plays the whole evening.
///
/// # Errors
/// Something that the story expects does not come.
pub async fn play<'t>(town: &'t Town, printer: &Printer) -> Told<Cast<'t>> {
    printer
        .narrate("The moderators set their channels up, from chat")
        .await;
    let cast = Cast::move_in(town).await?;

    printer.narrate("Ordinary chat: kith says nothing").await;
    ordinary_chat(&cast)?;

    printer
        .narrate("Rosa needs something; kith asks her first")
        .await;
    let rosas = rosa_asks(&cast).await?;

    printer.narrate("Rosa adds the details in private").await;
    rosa_tells(&cast).await?;

    printer
        .narrate("On Discord, Priya tells of the same need")
        .await;
    priya_repeats(&cast, &rosas).await?;

    printer.narrate("Jack offers help").await;
    jack_offers(&cast).await?;

    printer.narrate("Ina is in danger: numbers in private, nothing in public, a concern for the leads alone").await;
    ina_is_in_danger(&cast).await?;

    printer
        .narrate("Sam claims Rosa's case on Telegram; Kim on Discord comes a moment late")
        .await;
    sam_claims(&cast, &rosas).await?;

    printer
        .narrate("Omar needs a lift, and changes his message")
        .await;
    let omars = omar_asks(&cast).await?;

    printer
        .narrate("Kim claims Omar's case and forwards it to the council")
        .await;
    kim_forwards(&cast, &omars).await?;

    printer.narrate("The council says how it is going").await;
    council_answers(&cast, &omars).await?;

    printer.narrate("Rosa is helped, and says thank you").await;
    rosa_is_helped(&cast, &rosas).await?;

    printer
        .narrate("Priya needs shopping; Kim finds that Omar offers it, and brings the two together")
        .await;
    neighbours_meet(&cast).await?;

    printer
        .narrate("One more need stays open for tomorrow")
        .await;
    one_stays_open(&cast).await?;
    town.settle()
        .await
        .map_err(|error| Unexpected::new("everything promised to be done", error))?;
    Ok(cast)
}

fn ordinary_chat(cast: &Cast<'_>) -> Told<()> {
    let (telegram, discord) = (&cast.town.telegram, &cast.town.discord);
    telegram.say(
        cast.riverside.street,
        cast.riverside.omar,
        "Lovely light over the river tonight",
    );
    discord.say(
        cast.hillview.street,
        cast.hillview.jack,
        "Anyone watching the match? What a goal!",
    )?;
    telegram.say(
        cast.riverside.street,
        cast.riverside.rosa,
        "Gorgeous! I saw a heron by the bridge",
    );
    Ok(())
}

async fn rosa_asks(cast: &Cast<'_>) -> Told<String> {
    let place = &cast.riverside;
    let need = "Could anyone pick up my prescription from Boots today please? I can't get out with my leg, ME7 1AB";
    let said = cast.town.telegram.say(place.street, place.rosa, need);
    let ask = cast
        .hears(place.street, "a question under Rosa's message", |m| {
            m.reply_to == Some(said)
        })
        .await?;
    if ask.text.to_lowercase().contains("prescription") {
        return Err(Unexpected::new(
            "a question that does not repeat the need",
            ask.text,
        ));
    }
    cast.presses(place.rosa, (place.street, ask.id), "Yes, pass it on")?;
    let done = cast
        .hears(place.street, "a code for Rosa", |m| {
            m.id == ask.id && code_in(&m.text).is_some()
        })
        .await?;
    let code = code_in(&done.text).unwrap_or_default();
    cast.hears(place.hub, "the card in the hub on Telegram", |m| {
        m.text.contains(&code)
    })
    .await?;
    cast.reads(cast.hillview.hub, "the card in the hub on Discord", |m| {
        m.text().contains(&code)
    })
    .await?;
    Ok(code)
}

async fn rosa_tells(cast: &Cast<'_>) -> Told<()> {
    let place = &cast.riverside;
    let telegram = &cast.town.telegram;
    let ask = cast.hears(place.street, "the button for details", |m| {
        m.button("Add details in private").is_some()
    });
    let ask = ask.await?;
    telegram.follow(place.rosa, place.street, ask.id, "Add details in private")?;
    let mut asked = cast
        .hears(place.rosa, "the first question", |m| {
            m.button("Skip").is_some()
        })
        .await?;
    let answers = [
        None,
        Some("12 Invented Row, ME7 1AB"),
        Some("before six, they close"),
        None,
        Some("07700 900123"),
    ];
    for answer in answers {
        match answer {
            Some(text) => {
                telegram.say_privately(place.rosa, text);
            }
            None => cast.presses(place.rosa, (place.rosa.into(), asked.id), "Skip")?,
        }
        let last = asked.id;
        asked = cast
            .hears(place.rosa, "the next question", |m| {
                m.id > last && !m.buttons.is_empty()
            })
            .await?;
    }
    cast.presses(place.rosa, (place.rosa.into(), asked.id), "Yes, you may")?;
    cast.hears(place.rosa, "what Rosa told", |m| {
        m.text.contains("12 Invented Row")
    })
    .await?;
    Ok(())
}

async fn priya_repeats(cast: &Cast<'_>, rosas: &str) -> Told<()> {
    let place = &cast.hillview;
    let need = "Is there anybody who can go to Boots for my neighbour, she needs her tablets today. ME7 1AB";
    let (_, code) = cast.passes_on_discord(place.priya, need).await?;
    let card = cast.reads(place.hub, "a card that names the other case", |m| {
        m.text().contains(&code)
            && m.text().contains(rosas)
            && m.buttons
                .iter()
                .flatten()
                .any(|b| b.label.starts_with("Same"))
    });
    let card = card.await?;
    let same = card
        .buttons
        .iter()
        .flatten()
        .find(|button| button.label.starts_with("Same"));
    let label = same.map(|button| button.label.clone()).unwrap_or_default();
    cast.clicks(place.kim, &card, &label)?;
    cast.reads_alone(place.priya, "word that it was joined", |m| {
        m.text().contains(&code) && m.text().contains("together")
    })
    .await?;
    Ok(())
}

async fn jack_offers(cast: &Cast<'_>) -> Told<()> {
    let place = &cast.hillview;
    let offer = "I've got a car and I'm free tomorrow, happy to give anyone a lift to the hospital or the shops";
    let (_, code) = cast.passes_on_discord(place.jack, offer).await?;
    cast.hears(cast.riverside.hub, "the offer in the hub", |m| {
        m.text.contains(&code)
    })
    .await?;
    Ok(())
}

async fn ina_is_in_danger(cast: &Cast<'_>) -> Told<()> {
    let place = &cast.riverside;
    let words = "I can't do this any more. I want to end my life";
    let said = cast.town.telegram.say(place.street, place.ina, words);
    let line = cast
        .hears(place.street, "a neutral line for Ina", |m| {
            m.reply_to == Some(said)
        })
        .await?;
    if line.text.contains("999") || line.text.to_lowercase().contains("life") {
        return Err(Unexpected::new(
            "a public line that names nothing",
            line.text,
        ));
    }
    cast.town
        .telegram
        .follow(place.ina, place.street, line.id, "Open it")?;
    cast.hears(place.ina, "the numbers, in private", |m| {
        m.text.contains("116 123")
    })
    .await?;
    let card = cast
        .reads(cast.hillview.leads, "the concern for the leads", |m| {
            !m.buttons.is_empty()
        })
        .await?;
    let take = card
        .buttons
        .iter()
        .flatten()
        .next()
        .map(|button| button.label.clone())
        .unwrap_or_default();
    cast.clicks(cast.hillview.leah, &card, &take)?;
    cast.reads(cast.hillview.leads, "Leah on the concern", |m| {
        m.text().contains("Leah")
    })
    .await?;
    let leaked = |text: &str| text.contains("end my life");
    let hub = cast.town.discord.messages(cast.hillview.hub);
    if let Some(message) = hub.iter().find(|message| leaked(&message.text())) {
        return Err(Unexpected::new(
            "nothing of the concern in the hub",
            message.text(),
        ));
    }
    Ok(())
}

async fn sam_claims(cast: &Cast<'_>, code: &str) -> Told<()> {
    let place = &cast.riverside;
    let card = cast
        .hears(place.hub, "Rosa's card", |m| {
            m.text.contains(code) && m.button("Claim").is_some()
        })
        .await?;
    cast.presses(place.sam, (place.hub, card.id), "Claim")?;
    let rules = cast
        .hears(place.hub, "the doorstep rules", |m| {
            m.button("I understand, I'll take it").is_some()
        })
        .await?;
    cast.presses(
        place.sam,
        (place.hub, rules.id),
        "I understand, I'll take it",
    )?;
    let mirrored = cast.reads(cast.hillview.hub, "Sam on the card on Discord", |m| {
        m.text().contains(code) && m.text().contains("Sam")
    });
    mirrored.await?;
    let late = format!("/claim code:{code}");
    cast.town.discord.slash(
        cast.hillview.kim,
        cast.hillview.hub,
        "claim",
        &[("code", code)],
    )?;
    cast.reads_alone(cast.hillview.kim, &late, |m| {
        m.text().contains("Sam") && m.text().contains("has")
    })
    .await?;
    cast.hears(place.rosa, "word for Rosa that somebody has it", |m| {
        m.text.contains("looking after")
    })
    .await?;
    Ok(())
}

async fn omar_asks(cast: &Cast<'_>) -> Told<String> {
    let place = &cast.riverside;
    let need = "Does anyone have a car? I need a lift to the hospital tomorrow, ME8";
    let (said, code) = cast.passes_on_telegram(place.omar, need).await?;
    cast.hears(place.hub, "Omar's card", |m| m.text.contains(&code))
        .await?;
    let edited = format!("{need}. My wheelchair folds. It is in ME9 now, at my sister's, ME9 7ZZ");
    cast.town.telegram.edit(place.street, said, &edited)?;
    cast.hears(place.hub, "the new place on Omar's card", |m| {
        m.text.contains(&code) && m.text.contains("ME9")
    })
    .await?;
    Ok(code)
}

async fn kim_forwards(cast: &Cast<'_>, code: &str) -> Told<()> {
    let place = &cast.hillview;
    let card = cast
        .reads(place.hub, "Omar's card on Discord", |m| {
            m.text().contains(code)
        })
        .await?;
    cast.clicks(place.kim, &card, "Claim")?;
    let rules = cast.reads_alone(place.kim, "the doorstep rules", |m| {
        m.button("I understand, I'll take it").is_some()
    });
    let rules = rules.await?;
    cast.clicks(place.kim, &rules, "I understand, I'll take it")?;
    let card = cast.reads(place.hub, "Kim on the card", |m| {
        m.text().contains(code) && m.button("Forward").is_some()
    });
    let card = card.await?;
    cast.clicks(place.kim, &card, "Forward")?;
    let council = &cast.town.council;
    let patience = super::town::PATIENCE;
    council
        .wait_until(|cases| cases.len() == 1, patience)
        .await
        .map_err(|e| Unexpected::new("one case", e))?;
    let reference = council
        .cases()
        .first()
        .map(|case| case.reference.clone())
        .unwrap_or_default();
    cast.reads(place.hub, "the council's number on the card", |m| {
        m.text().contains(code) && m.text().contains(&reference)
    })
    .await?;
    cast.hears(cast.riverside.street, "a neutral line for Omar", |m| {
        m.button("Open it").is_some()
    })
    .await?;
    Ok(())
}

async fn council_answers(cast: &Cast<'_>, code: &str) -> Told<()> {
    let council = &cast.town.council;
    let reference = council
        .cases()
        .first()
        .map(|case| case.reference.clone())
        .unwrap_or_default();
    let url = cast
        .town
        .status_address("council")
        .await
        .unwrap_or_default();
    for (status, shown) in [
        ("a driver is booked for ten o'clock", "a driver is booked"),
        ("closed", "closed"),
    ] {
        let body = json!({ "reference": reference, "status": status });
        let answered = council.post_status(&url, council.secret(), &body).await;
        let answered = answered
            .map_err(|error| Unexpected::new("kith to take the council's status", error))?;
        if answered != 202 {
            return Err(Unexpected::new("202 for the council's status", answered));
        }
        let wanted = shown.to_lowercase();
        cast.reads(cast.hillview.hub, shown, |m| {
            m.text().contains(code) && m.text().to_lowercase().contains(&wanted)
        })
        .await?;
    }
    Ok(())
}

async fn rosa_is_helped(cast: &Cast<'_>, code: &str) -> Told<()> {
    let place = &cast.riverside;
    let card = cast
        .hears(place.hub, "Rosa's card", |m| {
            m.text.contains(code) && m.button("Done").is_some()
        })
        .await?;
    cast.presses(place.sam, (place.hub, card.id), "Done")?;
    let ask = cast
        .hears(place.hub, "how it ended", |m| m.button("Helped").is_some())
        .await?;
    cast.presses(place.sam, (place.hub, ask.id), "Helped")?;
    cast.hears(place.rosa, "word for Rosa that it is done", |m| {
        m.text.contains(code) && m.text.contains("is done")
    })
    .await?;
    cast.reads_alone(
        cast.hillview.priya,
        "word for Priya too, by her own code",
        |m| m.text().contains("is done") && !m.text().contains(code),
    )
    .await?;
    cast.town.telegram.say(
        place.street,
        place.rosa,
        "Thank you so much Sam, you are a star ❤️",
    );
    Ok(())
}

async fn neighbours_meet(cast: &Cast<'_>) -> Told<()> {
    let (tg, dc) = (&cast.riverside, &cast.hillview);
    let omar = tg.omar;
    cast.town.telegram.start_bot(omar, None)?;
    let offer = "I can do shopping for anyone in ME7, happy to help";
    let (_, offer) = cast.passes_on_telegram(omar, offer).await?;
    let seen = [("code", offer.as_str()), ("tier", "enhanced")];
    cast.town.discord.slash(dc.leah, dc.leads, "vet", &seen)?;
    cast.reads_alone(dc.leah, "that Leah has seen Omar's check", |m| {
        m.text().contains("enhanced check")
    })
    .await?;
    let need = "Could anyone get me some shopping today please? ME7 1AB";
    let (line, code) = cast.passes_on_discord(dc.priya, need).await?;
    let opened = cast.clicks(dc.priya, &line, "Add details in private")?;
    let form = cast.on_discord("a form for Priya", || {
        match cast.town.discord.answer_to(opened)? {
            SeenAnswer::Modal(form) => Some(form),
            _ => None,
        }
    });
    let form = form.await?;
    let filled = [
        ("Where is it?", "34 Invented Row, ME7 1AB"),
        ("How can we reach you?", "07700 900456"),
    ];
    let sent = &cast.town.discord;
    sent.submit_modal(dc.priya, form.interaction, &filled)?;

    let card = cast.reads(dc.hub, "Priya's card", |m| {
        m.text().contains(&code) && m.button("Neighbours").is_some()
    });
    cast.clicks(dc.kim, &card.await?, "Neighbours")?;
    let found = cast.reads_alone(dc.kim, "Omar among the neighbours", |m| {
        m.button("Ask Omar").is_some()
    });
    cast.clicks(dc.kim, &found.await?, "Ask Omar")?;
    let asked = cast.hears(omar, "a question to Omar in private", |m| {
        m.button("Yes, I can").is_some()
    });
    let asked = asked.await?;
    if asked.text.contains("Priya") || asked.text.contains("Invented Row") {
        return Err(Unexpected::new(
            "a question that does not say who or where",
            asked.text,
        ));
    }
    cast.presses(omar, (omar.into(), asked.id), "Yes, I can")?;
    let question = cast.reads_alone(dc.priya, "a question to Priya about Omar", |m| {
        m.text().contains("Omar") && m.button("Yes, share it").is_some()
    });
    cast.clicks(dc.priya, &question.await?, "Yes, share it")?;
    cast.hears(omar, "where Priya lives, now that both agreed", |m| {
        m.text.contains("Priya") && m.text.contains("34 Invented Row")
    })
    .await?;
    cast.reads(dc.hub, "the match on the card", |m| {
        m.text().contains(&code) && m.text().contains("Matched with a neighbour")
    })
    .await?;
    Ok(())
}

async fn one_stays_open(cast: &Cast<'_>) -> Told<()> {
    let place = &cast.hillview;
    cast.town.discord.slash(
        place.priya,
        place.street,
        "need",
        &[(
            "text",
            "Our boiler is broken, has anyone got a heater to lend? ME8 0AA",
        )],
    )?;
    let answer = cast
        .reads_alone(place.priya, "a code for Priya", |m| {
            m.text().contains("Your code is")
        })
        .await?;
    let code = code_in(&answer.text()).unwrap_or_default();
    cast.hears(cast.riverside.hub, "its card", |m| m.text.contains(&code))
        .await?;
    Ok(())
}
