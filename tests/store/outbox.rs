//! The outbox keeps its promises: in order, once, and the newest of what coalesces.

use std::collections::HashMap;

use kith::domain::decision::{Change, Wants};
use kith::domain::effect::{Act, Effect};
use kith::domain::ids::{ConnectorId, EffectId, MessageId, PostKey};
use kith::domain::report::Subject;
use kith::domain::speech::Speech;
use kith::store::{Lease, Leased, Settled, Settlement, Standing, Store};
use tokio::task::JoinSet;

use super::samples::{open_case, retract, say, show};
use super::support::{
    Database, at, batch, batch_at, done, lease, load, names, on_both, save, settle,
};

on_both!(
    a_queue_keeps_its_order,
    a_retry_holds_back_its_queue_alone,
    urgent_goes_first,
    a_lease_that_runs_out_is_given_to_another,
    of_what_waits_for_one_post_the_newest_is_sent,
    newer_content_waits_while_the_older_is_sent,
    newer_content_goes_at_once_after_a_failure,
    what_a_batch_says_of_one_post_is_one,
    a_post_is_known_by_its_message,
    a_message_that_is_gone_is_forgotten,
    what_is_no_longer_worth_doing_is_dropped,
    the_dead_are_seen_and_come_back,
    newer_content_replaces_the_dead,
    another_effect_takes_the_place,
    nothing_is_leased_twice_or_out_of_order_by_many_deliverers,
    a_limit_is_kept,
    the_next_due_time_is_that_of_the_first_in_a_queue,
);

async fn promise(store: &Store, effects: Vec<Effect>) {
    save(store, &batch(Vec::new(), effects)).await.unwrap();
}

fn again(until: i64) -> Settled {
    Settled::Again {
        at: at(until),
        why: "busy".to_owned(),
        attempt: true,
        forget_post: None,
    }
}

fn words(leased: &Leased) -> &str {
    match &leased.effect.act {
        Act::Show(show) => match &show.speech {
            Speech::CommandProblem { problem } => problem,
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

async fn next_due(store: &Store) -> Option<i64> {
    let due = store.next_due(&ConnectorId::new("telegram")).await.unwrap();
    due.map(kith::domain::clock::Timestamp::as_millis)
}

async fn a_queue_keeps_its_order(database: &Database) {
    let store = database.open().await;
    promise(&store, vec![say("a1", "a"), say("b1", "b"), say("a2", "a")]).await;
    let first = lease(&store, (10, 20)).await;
    assert_eq!(names(&first), ["a1", "b1", "a2"]);
    promise(&store, vec![say("a3", "a"), say("c1", "c")]).await;
    assert_eq!(names(&lease(&store, (11, 21)).await), ["c1"]);
    settle(&store, &first[0], (12, done())).await;
    assert_eq!(
        names(&lease(&store, (12, 22)).await),
        [""; 0],
        "a2 is still on its way"
    );
    settle(&store, &first[2], (12, done())).await;
    assert_eq!(names(&lease(&store, (12, 22)).await), ["a3"]);
    assert_eq!(store.waiting().await.unwrap(), 3);
    let other = Lease {
        connector: ConnectorId::new("discord"),
        now: at(100),
        until: at(200),
        limit: 50,
    };
    assert_eq!(store.lease(&other).await.unwrap(), []);
}

async fn a_retry_holds_back_its_queue_alone(database: &Database) {
    let store = database.open().await;
    promise(&store, vec![say("a1", "a"), say("a2", "a"), say("b1", "b")]).await;
    let leased = lease(&store, (1, 10)).await;
    settle(&store, &leased[0], (2, again(50))).await;
    settle(&store, &leased[1], (2, again(3))).await;
    settle(&store, &leased[2], (2, again(3))).await;
    assert_eq!(names(&lease(&store, (5, 10)).await), ["b1"]);
    let leased = lease(&store, (50, 60)).await;
    assert_eq!(
        names(&leased),
        ["a1", "a2", "b1"],
        "the lease of b1 ran out too"
    );
    assert_eq!(leased[0].attempts, 1);
    let released = Settled::Again {
        at: at(51),
        why: "stopping".to_owned(),
        attempt: false,
        forget_post: None,
    };
    settle(&store, &leased[0], (51, released)).await;
    let listed = store.list_outbox(9).await.unwrap();
    assert_eq!(listed[0].attempts, 1);
    assert_eq!(listed[0].standing, Standing::Waiting);
    assert_eq!(listed[0].why.as_deref(), Some("stopping"));
}

async fn urgent_goes_first(database: &Database) {
    let store = database.open().await;
    promise(&store, vec![say("a1", "a"), say("b1", "b")]).await;
    let leased = lease(&store, (1, 10)).await;
    let mut urgent = say("a!", "a");
    urgent.urgent = true;
    promise(&store, vec![say("c1", "c"), urgent]).await;
    let next = lease(&store, (2, 10)).await;
    assert_eq!(
        names(&next),
        ["a!", "c1"],
        "it does not wait for what is on its way"
    );
    settle(&store, &leased[0], (3, again(4))).await;
    assert_eq!(
        names(&lease(&store, (5, 9)).await),
        [""; 0],
        "the others wait for it"
    );
}

async fn a_lease_that_runs_out_is_given_to_another(database: &Database) {
    let store = database.open().await;
    promise(&store, vec![say("a1", "a"), say("a2", "a")]).await;
    let lost = lease(&store, (1, 10)).await;
    assert_eq!(names(&lease(&store, (9, 20)).await), [""; 0]);
    assert_eq!(next_due(&store).await, Some(10));
    let again = lease(&store, (10, 20)).await;
    assert_eq!(names(&again), ["a1", "a2"]);
    settle(&store, &lost[0], (11, done())).await;
    settle(&store, &again[0], (12, done())).await;
    settle(&store, &again[1], (12, done())).await;
    assert_eq!(store.waiting().await.unwrap(), 0);
    assert_eq!(next_due(&store).await, None);
}

async fn of_what_waits_for_one_post_the_newest_is_sent(database: &Database) {
    let store = database.open().await;
    promise(&store, vec![show("s1", "card", "old"), say("h1", "hub")]).await;
    promise(&store, vec![show("s2", "card", "new")]).await;
    let leased = lease(&store, (1, 10)).await;
    assert_eq!(
        names(&leased),
        ["s1", "h1"],
        "it keeps its place in the queue"
    );
    assert_eq!(words(&leased[0]), "new");
    assert_eq!(leased[0].generation, 1);
    assert_eq!(leased[0].post.as_ref().unwrap().message, None);
    promise(&store, vec![retract("r1", "other")]).await;
    promise(&store, vec![show("s3", "other", "after all")]).await;
    settle(&store, &leased[0], (2, done())).await;
    settle(&store, &leased[1], (2, done())).await;
    assert_eq!(words(&lease(&store, (2, 10)).await[0]), "after all");
}

async fn newer_content_waits_while_the_older_is_sent(database: &Database) {
    let store = database.open().await;
    promise(&store, vec![show("s1", "card", "old")]).await;
    let old = lease(&store, (1, 10)).await;
    promise(&store, vec![show("s2", "card", "new")]).await;
    assert_eq!(lease(&store, (2, 10)).await, [], "one at a time");
    let posted = Settled::Done {
        posted: Some((PostKey::new("card"), MessageId::new("m7"))),
        cleared: None,
    };
    settle(&store, &old[0], (3, posted)).await;
    let new = lease(&store, (3, 10)).await;
    assert_eq!(words(&new[0]), "new");
    let post = new[0].post.clone().unwrap();
    assert_eq!(
        post.message,
        Some(MessageId::new("m7")),
        "so that it is edited"
    );
    settle(&store, &new[0], (4, done())).await;
    assert_eq!(store.waiting().await.unwrap(), 0);
}

async fn newer_content_goes_at_once_after_a_failure(database: &Database) {
    let store = database.open().await;
    for (post, outcome) in [
        ("again", again(1_000)),
        (
            "dead",
            Settled::Dead {
                why: "no".to_owned(),
            },
        ),
        (
            "instead",
            Settled::Instead {
                effect: Box::new(say("never", "hub")),
            },
        ),
    ] {
        promise(&store, vec![show(&format!("{post} 1"), post, "old")]).await;
        let old = lease(&store, (1, 10)).await;
        promise(&store, vec![show(&format!("{post} 2"), post, "new")]).await;
        settle(&store, &old[0], (3, outcome)).await;
        let new = lease(&store, (3, 10)).await;
        assert_eq!(new.len(), 1, "{post}");
        assert_eq!(words(&new[0]), "new");
        assert_eq!(new[0].attempts, 0);
        settle(&store, &new[0], (4, done())).await;
    }
    assert_eq!(store.list_outbox(9).await.unwrap(), []);
}

async fn what_a_batch_says_of_one_post_is_one(database: &Database) {
    let store = database.open().await;
    let mut urgent = show("s2", "card", "second");
    urgent.urgent = true;
    let effects = vec![
        show("s1", "card", "first"),
        say("h1", "hub"),
        urgent,
        show("s3", "card", "third"),
        show("x1", "other", "other"),
    ];
    promise(&store, effects).await;
    let leased = lease(&store, (1, 10)).await;
    assert_eq!(names(&leased), ["s3", "h1", "x1"]);
    assert!(leased[0].effect.urgent);
    assert_eq!(words(&leased[0]), "third");
}

async fn a_post_is_known_by_its_message(database: &Database) {
    let store = database.open().await;
    let change = Change::Case(Box::new(open_case(1)));
    let effects = vec![show("s1", "card", "words"), show("s2", "card two", "words")];
    save(&store, &batch(vec![change], effects)).await.unwrap();
    let leased = lease(&store, (1, 10)).await;
    let settlements: Vec<_> = leased
        .iter()
        .map(|leased| Settlement {
            effect: leased.effect.id.clone(),
            generation: leased.generation,
            outcome: Settled::Done {
                posted: Some((
                    leased.post.clone().unwrap().key,
                    MessageId::new(format!("m {}", leased.effect.id)),
                )),
                cleared: None,
            },
        })
        .collect();
    store.settle(&settlements, at(2)).await.unwrap();
    let subject = Subject::Case(open_case(1).id);
    let wants = Wants {
        subjects: vec![subject.clone()],
        ..Wants::default()
    };
    let posts = load(&store, &wants).await.posts.remove(&subject).unwrap();
    let messages: Vec<_> = posts
        .into_iter()
        .map(|post| post.message.unwrap())
        .collect();
    assert_eq!(messages, [MessageId::new("m s1"), MessageId::new("m s2")]);
}

async fn a_message_that_is_gone_is_forgotten(database: &Database) {
    let store = database.open().await;
    let card = || PostKey::new("card");
    let posted = |message: &str| Settled::Done {
        posted: Some((card(), MessageId::new(message))),
        cleared: None,
    };
    let cleared = Settled::Done {
        posted: None,
        cleared: Some(card()),
    };
    promise(&store, vec![show("s1", "card", "1")]).await;
    settle(&store, &lease(&store, (1, 10)).await[0], (2, posted("m1"))).await;
    promise(&store, vec![show("s2", "card", "2")]).await;
    let leased = lease(&store, (3, 10)).await;
    let anew = Settled::Again {
        at: at(4),
        why: "it is gone".to_owned(),
        attempt: true,
        forget_post: Some(card()),
    };
    settle(&store, &leased[0], (4, anew)).await;
    let leased = lease(&store, (4, 10)).await;
    assert_eq!(leased[0].post.as_ref().unwrap().message, None);
    settle(&store, &leased[0], (5, posted("m2"))).await;

    promise(&store, vec![retract("r1", "card")]).await;
    let leased = lease(&store, (6, 10)).await;
    let post = leased[0].post.clone().unwrap();
    assert_eq!(post.message, Some(MessageId::new("m2")));
    promise(&store, vec![show("s3", "card", "3")]).await;
    settle(&store, &leased[0], (7, cleared.clone())).await;
    let leased = lease(&store, (7, 10)).await;
    let post = leased[0].post.clone().unwrap();
    assert_eq!(post.message, None, "wanted again, so posted anew");
    settle(&store, &leased[0], (8, cleared)).await;
    promise(&store, vec![retract("r2", "card")]).await;
    assert_eq!(lease(&store, (9, 10)).await[0].post, None);
}

async fn what_is_no_longer_worth_doing_is_dropped(database: &Database) {
    let store = database.open().await;
    let mut late = say("late", "a");
    late.expires = Some(at(5));
    let mut later = say("later", "a");
    later.expires = Some(at(6));
    promise(&store, vec![late.clone(), later, say("last", "a")]).await;
    let leased = lease(&store, (5, 10)).await;
    assert_eq!(names(&leased), ["later", "last"]);
    assert_eq!(store.waiting().await.unwrap(), 2);
    late.id = EffectId::new("alone");
    let limited = Lease {
        connector: ConnectorId::new("telegram"),
        now: at(5),
        until: at(10),
        limit: 1,
    };
    let Act::Say { place, .. } = &mut late.act else {
        panic!()
    };
    *place = super::samples::place("b");
    promise(&store, vec![late, say("next", "b")]).await;
    assert_eq!(names(&store.lease(&limited).await.unwrap()), ["next"]);
}

async fn the_dead_are_seen_and_come_back(database: &Database) {
    let store = database.open().await;
    let effects = vec![say("a1", "a"), say("a2", "a"), say("b1", "b")];
    save(&store, &batch_at(1, Vec::new(), effects))
        .await
        .unwrap();
    let leased = lease(&store, (2, 10)).await;
    let dead = |why: &str| Settled::Dead {
        why: why.to_owned(),
    };
    settle(&store, &leased[0], (3, dead("kith may not write there"))).await;
    settle(&store, &leased[2], (4, dead("the group is gone"))).await;
    settle(&store, &leased[1], (4, again(5))).await;
    assert_eq!(
        names(&lease(&store, (5, 10)).await),
        ["a2"],
        "the dead hold nobody back"
    );
    let dead = store.dead(9).await.unwrap();
    assert_eq!(dead.len(), 2);
    assert_eq!(dead[1].effect.id, EffectId::new("a1"));
    assert_eq!(dead[1].why, "kith may not write there");
    assert_eq!(
        (dead[1].attempts, dead[1].promised, dead[1].died),
        (1, at(1), at(3))
    );
    let counts = store.counts().await.unwrap();
    assert_eq!((counts.waiting, counts.dead), (1, 2));

    assert_eq!(
        store
            .revive(Some(&EffectId::new("a1")), at(20))
            .await
            .unwrap(),
        1
    );
    assert_eq!(
        store
            .revive(Some(&EffectId::new("a2")), at(20))
            .await
            .unwrap(),
        0
    );
    let back = lease(&store, (20, 30)).await;
    assert_eq!(names(&back), ["a1", "a2"]);
    assert_eq!(back[0].attempts, 0);
    assert_eq!(store.revive(None, at(20)).await.unwrap(), 1);
    assert_eq!(names(&lease(&store, (20, 30)).await), ["b1"]);
}

async fn newer_content_replaces_the_dead(database: &Database) {
    let store = database.open().await;
    promise(&store, vec![show("s1", "card", "old")]).await;
    let leased = lease(&store, (1, 10)).await;
    let dead = Settled::Dead {
        why: "no".to_owned(),
    };
    settle(&store, &leased[0], (2, dead)).await;
    save(
        &store,
        &batch_at(7, Vec::new(), vec![show("s2", "card", "new")]),
    )
    .await
    .unwrap();
    let leased = lease(&store, (7, 10)).await;
    assert_eq!(words(&leased[0]), "new");
    assert_eq!(leased[0].promised, at(7));
    assert_eq!(store.dead(9).await.unwrap(), []);
}

async fn another_effect_takes_the_place(database: &Database) {
    let store = database.open().await;
    promise(&store, vec![say("private", "a")]).await;
    let leased = lease(&store, (1, 10)).await;
    let instead = Settled::Instead {
        effect: Box::new(show("public", "card", "words")),
    };
    settle(&store, &leased[0], (2, instead.clone())).await;
    settle(&store, &leased[0], (2, instead)).await;
    let leased = lease(&store, (2, 10)).await;
    assert_eq!(names(&leased), ["public"]);
    assert!(leased[0].post.is_some());
    assert_eq!(store.waiting().await.unwrap(), 1);
}

/// Leases and settles until nothing is left; what was leased, in order.
async fn deliver(store: Store) -> Vec<String> {
    let mut delivered = Vec::new();
    let mut now = 1;
    while store.waiting().await.unwrap() > 0 {
        now += 1;
        let lease = Lease {
            connector: ConnectorId::new("telegram"),
            now: at(now),
            until: at(i64::MAX),
            limit: 7,
        };
        let leased = store.lease(&lease).await.unwrap();
        delivered.extend(leased.iter().map(|one| one.effect.id.to_string()));
        let settlements: Vec<_> = leased
            .into_iter()
            .map(|one| Settlement {
                effect: one.effect.id,
                generation: one.generation,
                outcome: done(),
            })
            .collect();
        store.settle(&settlements, at(now)).await.unwrap();
    }
    delivered
}

async fn nothing_is_leased_twice_or_out_of_order_by_many_deliverers(database: &Database) {
    let store = database.open().await;
    let effects = (0..200).map(|n| say(&format!("{} {n:03}", n % 5), &format!("q{}", n % 5)));
    promise(&store, effects.collect()).await;
    let mut deliverers = JoinSet::new();
    for _ in 0..4 {
        deliverers.spawn(deliver(store.clone()));
    }
    let mut all: HashMap<String, usize> = HashMap::new();
    for delivered in deliverers.join_all().await {
        let mut last: HashMap<char, String> = HashMap::new();
        for name in delivered {
            let queue = name.chars().next().unwrap();
            let before = last.insert(queue, name.clone()).unwrap_or_default();
            assert!(before < name, "{before} came before {name}");
            *all.entry(name).or_default() += 1;
        }
    }
    assert_eq!(all.len(), 200);
    assert!(all.values().all(|times| *times == 1));
}

async fn a_limit_is_kept(database: &Database) {
    let store = database.open().await;
    promise(
        &store,
        (0..10).map(|n| say(&format!("e{n}"), "a")).collect(),
    )
    .await;
    let mut lease = Lease {
        connector: ConnectorId::new("telegram"),
        now: at(1),
        until: at(10),
        limit: 3,
    };
    assert_eq!(
        names(&store.lease(&lease).await.unwrap()),
        ["e0", "e1", "e2"]
    );
    lease.limit = 0;
    lease.now = at(10);
    assert_eq!(store.lease(&lease).await.unwrap(), []);
}

async fn the_next_due_time_is_that_of_the_first_in_a_queue(database: &Database) {
    let store = database.open().await;
    assert_eq!(next_due(&store).await, None);
    let effects = vec![say("a1", "a"), say("a2", "a")];
    save(&store, &batch_at(5, Vec::new(), effects))
        .await
        .unwrap();
    assert_eq!(next_due(&store).await, Some(5));
    let leased = lease(&store, (5, 100)).await;
    settle(&store, &leased[1], (6, again(7))).await;
    assert_eq!(next_due(&store).await, Some(100), "a2 waits for a1");
    settle(&store, &leased[0], (6, done())).await;
    assert_eq!(next_due(&store).await, Some(7));
    let discord = ConnectorId::new("discord");
    assert_eq!(store.next_due(&discord).await.unwrap(), None);
}
