//! What the web server asks of the rest of kith, as the functions that it is given.

use std::sync::Arc;

use crate::domain::clock::Clock;
use crate::domain::ids::ConnectorId;
use crate::flow::{Flow, SystemClock};
use crate::hub::{Destinations, Signed};
use crate::store::Store;
use crate::web::{Api, ApiToken, Refusal, Sample, Web};

/// The functions of one running kith.
pub(super) fn web(
    flow: &Flow,
    store: &Store,
    destinations: &Arc<Destinations>,
    tokens: Vec<ApiToken>,
) -> Web {
    let (health, counters) = (flow.health(), flow.counters());
    let inlet = flow.inlet(ConnectorId::new("web"));
    let (asked, counted) = (store.clone(), store.clone());
    let destinations = Arc::clone(destinations);
    Web {
        ready: Arc::new(move || {
            let (health, store) = (Arc::clone(&health), asked.clone());
            Box::pin(async move {
                if !health.is_ready() {
                    let troubles: Vec<_> = health
                        .troubles()
                        .into_iter()
                        .map(|(part, why)| format!("{part}: {why}"))
                        .collect();
                    return Err(troubles.join("; "));
                }
                store
                    .channels_version()
                    .await
                    .map(|_| ())
                    .map_err(|error| error.to_string())
            })
        }),
        samples: Arc::new(move || {
            let (rows, store) = (counters.rows(), counted.clone());
            Box::pin(async move {
                let mut samples: Vec<_> = rows
                    .into_iter()
                    .map(|row| Sample::counter(row.name, row.help, row.value))
                    .collect();
                if let Ok(counts) = store.counts().await {
                    let size = |count: i64| u64::try_from(count).unwrap_or(0);
                    samples.push(Sample::gauge(
                        "outbox_waiting",
                        "Effects not yet done.",
                        size(counts.waiting),
                    ));
                    samples.push(Sample::gauge(
                        "outbox_dead",
                        "Effects given up.",
                        size(counts.dead),
                    ));
                    samples.extend(counts.cases.iter().map(|(state, count)| {
                        Sample::gauge("cases", "Cases by state.", size(*count))
                            .about("state", state)
                    }));
                }
                samples
            })
        }),
        verify: Arc::new(move |destination, posted| {
            let signed = Signed {
                id: posted.id,
                timestamp: posted.timestamp,
                signature: posted.signature,
                body: posted.body,
            };
            destinations
                .verify(destination, &signed, SystemClock.now())
                .map_err(|error| Refusal(error.to_string()))
        }),
        hand_over: Arc::new(move |inbound| {
            let inlet = inlet.clone();
            Box::pin(async move { inlet.hand_over(vec![inbound], Vec::new()).await.is_ok() })
        }),
        api: (!tokens.is_empty()).then(|| api(store, tokens)),
    }
}

fn api(store: &Store, tokens: Vec<ApiToken>) -> Api {
    let store = store.clone();
    Api {
        tokens: tokens.into(),
        cases: Arc::new(move |question, now| {
            let store = store.clone();
            Box::pin(async move {
                let listed = store.list(&question, now).await;
                listed.map_err(|error| error.to_string())
            })
        }),
        now: Arc::new(|| SystemClock.now()),
    }
}
