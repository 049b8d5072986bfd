//! One circuit per key, found through the glue that the macro writes.

use std::{collections::HashMap, fmt::Debug, future::ready, hash::Hash, time::Duration};

use tokio::time::advance;

use super::*;
use crate::outcome::{error_of, rejected};
use crate::retry::Asked;
use crate::{
    __private::{KeyByClone as _, KeyByPart as _, KeyByRef as _, KeyOf},
    Rejection, State,
    circuit::{CircuitLayer, circuit},
    circuits,
    site::Site,
};

static SITE: Site = Site::new("test::keyed", "keyed", "test.rs", 1);

const FRAGILE: CircuitPolicy = CircuitPolicy::new().failures(1).probes(1);

macro_rules! at {
    ($keys:expr, $key:expr) => {
        $keys.at(&(&&&KeyOf(&($key))).pick())
    };
}

fn leaked(name: &'static str, policy: CircuitPolicy) -> &'static CircuitKeys {
    Box::leak(Box::new(CircuitKeys::new(name, policy)))
}

async fn call(at: KeyedCircuit, answer: Result<(), Rejection>) -> Result<(), Rejection> {
    let on = |_: &Rejection| Asked::plain(true);
    let layer = || CircuitLayer {
        site: &SITE,
        policy: &FRAGILE,
        limit: None,
        call: None,
    };
    circuit::<Result<(), Rejection>, _, _, _, _, _, _, _>(
        layer,
        at,
        on,
        ready(answer),
        rejected,
        error_of,
    )
    .await
}

const BAD: Result<(), Rejection> = Err(Rejection::BulkheadFull { site: "elsewhere" });

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Tenant(String);

async fn fails_for<K: Hash + Eq + Clone + Send + Sync + Debug + 'static>(
    keys: &'static CircuitKeys,
    id: K,
    answer: Result<(), Rejection>,
) -> Result<(), Rejection> {
    let by_value = at!(keys, id);
    let by_reference = at!(keys, &id);
    assert!(std::ptr::eq(by_value.shared(), by_reference.shared()));
    drop(id);
    call(by_value, answer).await
}

#[tokio::test(start_paused = true)]
async fn every_key_has_a_circuit_of_its_own() {
    let keys = leaked("own", FRAGILE);
    assert_eq!(call(at!(keys, "a"), BAD).await, BAD);
    assert_eq!(
        call(at!(keys, "a"), Ok(()))
            .await
            .map_err(|e| e.is_circuit_open()),
        Err(true)
    );
    assert_eq!(call(at!(keys, "b"), Ok(())).await, Ok(()));
    assert_eq!(keys.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn keys_of_all_forms_are_found_again() {
    let keys = leaked("forms", FRAGILE);
    let (host, owned) = ("h", String::from("h"));
    let tenant = Tenant(String::from("t"));
    let same = |left: &KeyedCircuit, right: &KeyedCircuit| {
        assert!(std::ptr::eq(left.shared(), right.shared()));
    };
    // The same text is the same key, however it is passed; the expression is only borrowed.
    same(&at!(keys, host), &at!(keys, owned));
    same(&at!(keys, &owned), &at!(keys, owned.as_str()));
    same(&at!(keys, &host), &at!(keys, format!("{host}")));
    same(&at!(keys, 7_u64), &at!(keys, 3_u64 + 4));
    same(&at!(keys, (7_u64, 1_u8)), &at!(keys, (7_u64, 1_u8)));
    same(
        &at!(keys, (host, 80_u16)),
        &at!(keys, (owned.clone(), 80_u16)),
    );
    same(&at!(keys, tenant), &at!(keys, &tenant));
    same(&at!(keys, tenant.clone()), &at!(keys, tenant));
    same(
        &at!(keys, (tenant.clone(), 1)),
        &at!(keys, (tenant.clone(), 1)),
    );
    same(&at!(keys, Some(host)), &at!(keys, Some(owned)));
    assert_eq!(keys.len(), 7);
}

#[tokio::test(start_paused = true)]
async fn a_static_serves_every_instance_of_a_generic_function() {
    let keys = leaked("generic", FRAGILE);
    assert_eq!(fails_for(keys, 1_u32, BAD).await, BAD);
    assert_eq!(
        fails_for(keys, 1_u64, Ok(())).await,
        Ok(()),
        "another type is another key"
    );
    assert_eq!(fails_for(keys, Tenant(String::new()), Ok(())).await, Ok(()));
    assert!(fails_for(keys, 1_u32, Ok(())).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn a_million_keys_stay_within_the_bound_and_reset_no_failing_one() {
    let keys = leaked("bounded", FRAGILE.keys_max(2_000));
    for failing in 0..1_000_u64 {
        assert_eq!(call(at!(keys, (failing, "failing")), BAD).await, BAD);
    }
    for key in 0..1_000_000_u64 {
        drop(at!(keys, key));
        assert!(keys.len() <= 2_000);
    }
    assert_eq!(keys.len(), 2_000);
    assert_eq!(keys.live().len(), 2_000);
    for failing in 0..1_000_u64 {
        let state = at!(keys, (failing, "failing")).shared().state();
        assert_eq!(state, State::Open, "{failing}");
    }
}

#[tokio::test(start_paused = true)]
async fn where_no_key_may_go_a_new_one_passes_without_a_circuit() {
    let keys = leaked("full", FRAGILE.keys_max(2));
    for failing in ["a", "b"] {
        assert_eq!(call(at!(keys, failing), BAD).await, BAD);
    }
    for _ in 0..3 {
        assert_eq!(call(at!(keys, "c"), BAD).await, BAD);
    }
    assert_eq!((keys.len(), keys.untracked()), (2, 3));
    assert!(call(at!(keys, "a"), Ok(())).await.is_err());

    // Recovered, it makes room.
    advance(Duration::from_secs(30)).await;
    assert_eq!(call(at!(keys, "a"), Ok(())).await, Ok(()));
    assert_eq!(call(at!(keys, "c"), BAD).await, BAD);
    assert!(call(at!(keys, "c"), Ok(())).await.is_err());
    assert_eq!(keys.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_key_with_a_call_under_way_is_not_evicted() {
    let keys = leaked("busy", FRAGILE.keys_max(1));
    let busy = at!(keys, "busy");
    assert!(at!(keys, "other").0.is_none());
    drop(busy);
    assert!(at!(keys, "other").0.is_some());
    assert_eq!(keys.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn operators_see_the_live_keys() {
    let keys = leaked("operated", FRAGILE);
    let long = "x".repeat(500);
    let _ = (
        call(at!(keys, "a"), BAD).await,
        call(at!(keys, long), Ok(())).await,
    );
    let listed: HashMap<_, _> = circuits()
        .into_iter()
        .filter(|handle| handle.name() == "operated")
        .map(|handle| (handle.key().expect("it has a key"), handle))
        .collect();
    assert_eq!(listed.len(), 2);
    assert!(listed.keys().all(|key| key.chars().count() <= 64));
    assert_eq!(listed["\"a\""].state(), State::Open);
    listed["\"a\""].reset();
    assert_eq!(call(at!(keys, "a"), Ok(())).await, Ok(()));
}

#[tokio::test(start_paused = true)]
async fn wiped_keys_are_new_and_calls_under_way_are_late() {
    let keys = leaked("wiped", FRAGILE);
    let under_way = at!(keys, "a");
    let ticket = under_way
        .shared()
        .admit_closed()
        .expect("it is closed")
        .ticket();
    assert_eq!(call(at!(keys, "b"), BAD).await, BAD);
    keys.wipe();
    assert!(keys.is_empty());
    let late = crate::circuit::window::Sample::FAILURE;
    under_way.shared().record(&FRAGILE, ticket, late);
    assert_eq!(under_way.shared().counters().failures, 0);
    assert_eq!(call(at!(keys, "b"), Ok(())).await, Ok(()));
}
