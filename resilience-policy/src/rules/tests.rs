use std::{fmt::Write as _, time::Duration};

use super::*;

use crate::{
    bulkhead::Bulkhead,
    cache::Cache,
    circuit::Circuit,
    hedge::Hedge,
    idempotent::Idempotent,
    rate_limit::{Rate, RateLimit},
    retry::Retry,
    schedule::{Jitter, Schedule},
};

const SECOND: Duration = Duration::from_secs(1);

fn numbers(layers: &[Layer]) -> Vec<(u32, usize, &'static str)> {
    let found = Stack::new(layers).violations();
    let first = Stack::new(layers).check().err();
    assert_eq!(found.is_empty(), first.is_none());
    found
        .iter()
        .map(|v| (v.rule().number(), v.layer(), v.key()))
        .collect()
}

fn retry(policy: Retry) -> Vec<(u32, usize, &'static str)> {
    numbers(&[Layer::retry(policy)])
}

fn circuit(policy: Circuit) -> Vec<(u32, usize, &'static str)> {
    numbers(&[Layer::Circuit {
        policy: Some(policy),
        own: true,
    }])
}

#[test]
fn defaults_break_no_rule() {
    assert_eq!(retry(Retry::new()), []);
    assert_eq!(circuit(Circuit::new()), []);
    assert_eq!(retry(Retry::new().max(0)), []);
    assert_eq!(
        circuit(Circuit::new().window(5)),
        [],
        "min_calls follows a small window"
    );
}

#[test]
fn each_value_rule_points_at_its_key() {
    let base = Schedule::exponential;
    assert_eq!(retry(Retry::new().attempts(0)), [(1, 0, "attempts")]);
    assert_eq!(
        retry(Retry::new().backoff(base(Duration::ZERO))),
        [(2, 0, "base")]
    );
    assert_eq!(
        retry(Retry::new().after_max(Duration::ZERO)),
        [(2, 0, "after_max")]
    );
    assert_eq!(
        retry(Retry::new().backoff(base(SECOND * 30))),
        [(5, 0, "base")]
    );
    assert_eq!(
        retry(Retry::new().backoff(base(SECOND).factor(0.5))),
        [(6, 0, "factor")]
    );
    assert_eq!(
        retry(Retry::new().backoff(base(SECOND).factor(f64::NAN))),
        [(6, 0, "factor")]
    );
    assert_eq!(numbers(&[Layer::timeout(Duration::ZERO)]), [(2, 0, "")]);
    assert_eq!(
        circuit(Circuit::new().cooldown(Duration::ZERO)),
        [(2, 0, "cooldown")]
    );
    assert_eq!(circuit(Circuit::new().probes(0)), [(3, 0, "probes")]);
    assert_eq!(circuit(Circuit::new().failures(0)), [(3, 0, "failures")]);
    assert_eq!(circuit(Circuit::new().rate(101)), [(4, 0, "rate")]);
    assert_eq!(circuit(Circuit::new().rate(0)), [(4, 0, "rate")]);
    assert_eq!(
        circuit(Circuit::new().failures(5).window(10)),
        [(7, 0, "window")]
    );
    assert_eq!(
        circuit(Circuit::new().window(10).min_calls(11)),
        [(8, 0, "min_calls")]
    );
    assert_eq!(circuit(Circuit::new().slow_rate(80)), [(9, 0, "slow_rate")]);
}

#[test]
fn every_key_that_breaks_a_rule_is_named() {
    let both = Circuit::new().failures(0).probes(0).cooldown_factor(0);
    assert_eq!(
        circuit(both),
        [
            (3, 0, "failures"),
            (3, 0, "probes"),
            (3, 0, "cooldown_factor")
        ]
    );
    let rates = Circuit::new().rate(0).slow(SECOND).slow_rate(101);
    assert_eq!(circuit(rates), [(4, 0, "rate"), (4, 0, "slow_rate")]);
    let layers = [Layer::Circuit {
        policy: Some(both),
        own: true,
    }];
    let assert = |key: &'static str| {
        let assert = move || Stack::new(&layers).assert(0, key);
        std::panic::catch_unwind(assert).is_err()
    };
    assert!(assert("probes") && assert("failures") && !assert("cooldown"));
    let rest = |keys: &'static [&str]| {
        let assert = move || Stack::new(&layers).assert_all_but(0, keys);
        std::panic::catch_unwind(assert).is_err()
    };
    assert!(rest(&["probes", "failures"]) && !rest(&["probes", "failures", "cooldown_factor"]));
}

#[test]
fn rules_wait_for_the_values_they_read() {
    let found = |layers: &[Layer], unknown: &[&[&str]]| {
        let found = Stack::new(layers).unknown(unknown).violations();
        found
            .iter()
            .map(|it| it.rule().number())
            .collect::<Vec<_>>()
    };
    let circuit = |policy| {
        [Layer::Circuit {
            policy: Some(policy),
            own: true,
        }]
    };
    let zero = circuit(Circuit::new().failures(0).cooldown(SECOND));
    assert_eq!(found(&zero, &[&["cooldown"]]), [3]);
    assert_eq!(found(&zero, &[&["failures"]]), []);
    let few = circuit(Circuit::new().window(10).min_calls(11));
    assert_eq!(found(&few, &[&["window"]]), []);
    let mixed = circuit(Circuit::new().failures(5).window(10));
    assert_eq!(found(&mixed, &[&["window"]]), [7], "whatever the window is");
    let retry = Retry::new().backoff(Schedule::exponential(SECOND * 30));
    let fits = Layer::Timeout {
        after: Some(SECOND * 60),
        fits: true,
    };
    let stack = [
        fits,
        Layer::retry(retry.jitter(Jitter::None)),
        Layer::timeout(SECOND * 20),
    ];
    assert_eq!(found(&stack, &[]), [30, 5]);
    assert_eq!(found(&stack, &[&[], &["max"], &[]]), [5]);
    assert_eq!(found(&stack, &[&[], &["cap"], &[]]), []);
}

#[test]
fn the_default_cap_is_named_as_a_default() {
    let layers = [Layer::retry(
        Retry::new().backoff(Schedule::exponential(SECOND * 30)),
    )];
    let text = Stack::new(&layers).check().unwrap_err().to_string();
    assert!(
        text.contains("starts at 30s, above the default cap of 10s"),
        "{text}"
    );
}

#[test]
fn a_timeout_inside_must_be_shorter_than_every_one_around_it() {
    let timeout = |secs| Layer::timeout(SECOND * secs);
    assert_eq!(numbers(&[timeout(3), timeout(2)]), []);
    assert_eq!(numbers(&[timeout(3), timeout(3)]), [(21, 1, "")]);
    assert_eq!(
        numbers(&[
            timeout(3),
            Layer::Timeout {
                after: None,
                fits: false
            },
            timeout(4)
        ]),
        [(21, 2, "")]
    );
}

#[test]
fn the_delays_of_a_retry_must_fit_into_the_timeout_around_it() {
    let slow = Retry::new().backoff(Schedule::exponential(SECOND));
    let layers = |retry| [Layer::timeout(SECOND * 5), Layer::retry(retry)];
    assert_eq!(
        numbers(&layers(slow.jitter(Jitter::None))),
        [(22, 1, "backoff")]
    );
    let many = Retry::new().max(50).jitter(Jitter::None);
    assert_eq!(numbers(&layers(many)), [(22, 1, "max")]);
    assert_eq!(numbers(&layers(many.attempts(51))), [(22, 1, "attempts")]);
    assert_eq!(
        numbers(&layers(slow)),
        [],
        "full jitter may wait for nothing"
    );
    assert_eq!(numbers(&layers(slow.jitter(Jitter::None).max(2))), []);
    let text = |retry| Stack::new(&layers(retry)).check().unwrap_err().to_string();
    let default = text(slow.jitter(Jitter::None));
    assert!(
        default.contains("(1s + 2s + 4s; `max = 3` is the default)"),
        "{default}"
    );
    let many = text(slow.jitter(Jitter::None).max(9));
    assert!(many.contains("(1s + 2s + 4s + 8s + …): write"), "{many}");
}

#[test]
fn layers_that_undo_each_other_are_named() {
    let fallback = Layer::Fallback {
        on: false,
        calls: true,
    };
    let filtered = Layer::Fallback {
        on: true,
        calls: true,
    };
    let retry = Layer::Retry {
        policy: None,
        asks: true,
    };
    let keyed = Layer::Circuit {
        policy: None,
        own: false,
    };
    let own = Layer::Circuit {
        policy: None,
        own: true,
    };
    assert_eq!(numbers(&[retry, fallback]), [(24, 1, "")]);
    assert_eq!(numbers(&[retry, filtered]), []);
    assert_eq!(numbers(&[fallback, retry]), []);
    assert_eq!(numbers(&[retry, retry]), [(20, 1, "")]);
    assert_eq!(numbers(&[own, keyed]), []);
    assert_eq!(numbers(&[own, own]), [(20, 1, "")]);
    assert_eq!(numbers(&[retry, Layer::Compensate]), [(25, 1, "")]);
    assert_eq!(numbers(&[Layer::Compensate, retry]), []);
}

#[test]
fn a_slow_call_must_be_able_to_happen() {
    let policy = Some(Circuit::new().slow(SECOND * 2));
    let circuit = Layer::Circuit { policy, own: true };
    let timeout = |secs| Layer::timeout(SECOND * secs);
    assert_eq!(numbers(&[circuit, timeout(2)]), [(23, 0, "slow")]);
    assert_eq!(numbers(&[circuit, timeout(3)]), []);
    assert_eq!(numbers(&[timeout(1), circuit]), []);
    assert_eq!(
        numbers(&[
            circuit,
            Layer::Retry {
                policy: None,
                asks: true
            },
            timeout(1)
        ]),
        []
    );
}

fn limit(policy: RateLimit) -> Layer {
    Layer::RateLimit {
        policy: Some(policy),
    }
}

fn hedge(policy: Hedge) -> Layer {
    Layer::Hedge {
        policy: Some(policy),
    }
}

fn bulkhead(policy: Bulkhead) -> Layer {
    Layer::Bulkhead {
        policy: Some(policy),
        own: true,
    }
}

#[test]
fn a_limit_of_nothing_points_at_its_key() {
    let rate = RateLimit::new().rate(Rate::per_second(10));
    assert_eq!(numbers(&[limit(rate)]), []);
    assert_eq!(numbers(&[limit(RateLimit::new())]), [(3, 0, "rate")]);
    assert_eq!(
        numbers(&[limit(rate.rate(Rate::per_hour(0)))]),
        [(3, 0, "rate")]
    );
    assert_eq!(
        numbers(&[limit(rate.rate(Rate::new(10, Duration::ZERO)))]),
        [(2, 0, "rate")]
    );
    assert_eq!(numbers(&[limit(rate.burst(0))]), [(3, 0, "burst")]);
    assert_eq!(
        numbers(&[limit(rate.wait(Duration::ZERO))]),
        [(2, 0, "wait")]
    );
    assert_eq!(numbers(&[limit(rate.keys_max(0))]), [(3, 0, "keys_max")]);
    let ten = Bulkhead::new().max(10);
    assert_eq!(numbers(&[bulkhead(ten)]), []);
    assert_eq!(numbers(&[bulkhead(Bulkhead::new())]), [(3, 0, "max")]);
    assert_eq!(numbers(&[bulkhead(ten.max(0))]), [(3, 0, "max")]);
    assert_eq!(
        numbers(&[bulkhead(ten.wait(Duration::ZERO))]),
        [(2, 0, "wait")]
    );
    assert_eq!(numbers(&[bulkhead(ten.keys_max(0))]), [(3, 0, "keys_max")]);
}

#[test]
fn rate_limits_may_stand_twice_and_bulkheads_of_their_own_may_not() {
    let rate = limit(RateLimit::new().rate(Rate::per_second(10)));
    let own = bulkhead(Bulkhead::new().max(10));
    let keyed = Layer::Bulkhead {
        policy: None,
        own: false,
    };
    assert_eq!(numbers(&[rate, rate]), []);
    assert_eq!(numbers(&[own, own]), [(20, 1, "")]);
    assert_eq!(numbers(&[own, keyed]), []);
    assert_eq!(numbers(&[rate, own, Layer::Compensate]), []);
}

#[test]
fn a_wait_for_a_turn_is_part_of_the_worst_case() {
    let timeout = |secs| Layer::timeout(SECOND * secs);
    let rate = RateLimit::new().rate(Rate::per_second(10));
    let ten = Bulkhead::new().max(10);
    let layers = [
        limit(rate.wait(SECOND * 3)),
        bulkhead(ten.wait(SECOND * 2)),
        timeout(10),
    ];
    let worst = Stack::new(&layers).worst_case();
    assert_eq!((worst.runs, worst.longest), (Some(1), Some(SECOND * 15)));
    let layers = [limit(rate), bulkhead(ten), timeout(10)];
    assert_eq!(
        Stack::new(&layers).worst_case().longest,
        Some(SECOND * 10),
        "without `wait` nobody waits"
    );
    let fits = Layer::Timeout {
        after: Some(SECOND * 14),
        fits: true,
    };
    let retry = Layer::Retry {
        policy: Some(
            Retry::new()
                .max(1)
                .backoff(Schedule::constant(SECOND))
                .jitter(Jitter::None),
        ),
        asks: false,
    };
    let layers = [fits, limit(rate.wait(SECOND * 4)), retry, timeout(5)];
    let text = Stack::new(&layers).check().unwrap_err().to_string();
    let sum = "can take 15s (2 attempts of 5s, waits of 5s), this timeout ends at 14s";
    assert!(text.contains(sum), "{text}");
    let unknown = Layer::RateLimit { policy: None };
    assert_eq!(
        numbers(&[fits, unknown, timeout(5)]),
        [],
        "judged when it is known"
    );
}

#[test]
fn a_call_that_waits_for_its_turn_can_be_slow() {
    let policy = Some(Circuit::new().slow(SECOND * 2));
    let circuit = Layer::Circuit { policy, own: true };
    let ten = Bulkhead::new().max(10);
    let inside = Layer::timeout(SECOND);
    assert_eq!(
        numbers(&[circuit, bulkhead(ten), inside]),
        [(23, 0, "slow")]
    );
    assert_eq!(
        numbers(&[circuit, bulkhead(ten.wait(SECOND * 2)), inside]),
        []
    );
}

#[test]
fn a_hedge_must_be_able_to_start() {
    let after = |millis| Hedge::new().after(Duration::from_millis(millis));
    let timeout = |millis| Layer::timeout(Duration::from_millis(millis));
    assert_eq!(numbers(&[hedge(Hedge::new())]), []);
    assert_eq!(numbers(&[hedge(after(0))]), [(2, 0, "after")]);
    assert_eq!(numbers(&[hedge(after(5).max(0))]), [(3, 0, "max")]);
    assert_eq!(numbers(&[hedge(after(5).budget(0))]), [(4, 0, "budget")]);
    assert_eq!(numbers(&[hedge(after(5).budget(101))]), [(4, 0, "budget")]);
    assert_eq!(numbers(&[hedge(after(5).no_budget())]), []);
    let percentile = |percent| hedge(Hedge::new().after_percentile(percent));
    assert_eq!(numbers(&[percentile(0)]), [(4, 0, "after")]);
    assert_eq!(numbers(&[percentile(100)]), [(4, 0, "after")]);

    let two = hedge(after(50).max(2));
    assert_eq!(numbers(&[timeout(100), two]), [(28, 1, "after")]);
    assert_eq!(numbers(&[timeout(101), two]), []);
    assert_eq!(numbers(&[two, timeout(50)]), [(28, 0, "after")]);
    assert_eq!(numbers(&[two, timeout(51)]), []);
    assert_eq!(numbers(&[timeout(1), percentile(95)]), []);
    let retry = Layer::Retry {
        policy: None,
        asks: true,
    };
    assert_eq!(numbers(&[two, retry, timeout(50)]), []);
}

#[test]
fn the_worst_case_of_a_hedge_counts_every_attempt() {
    let worst = |layers: &[Layer]| Stack::new(layers).worst_case();
    let two = hedge(Hedge::new().after(SECOND).max(2));
    let case = |runs, secs: Option<u32>| WorstCase {
        runs: Some(runs),
        longest: secs.map(|secs| SECOND * secs),
    };
    assert_eq!(worst(&[two]), case(3, None));
    assert_eq!(worst(&[two, Layer::timeout(SECOND * 5)]), case(3, Some(7)));
    let learned = hedge(Hedge::new().max(2));
    assert_eq!(
        worst(&[learned, Layer::timeout(SECOND * 5)]),
        case(3, Some(15))
    );
    let retry = Layer::Retry {
        policy: Some(Retry::new().backoff(Schedule::none())),
        asks: false,
    };
    assert_eq!(worst(&[retry, two]).runs, Some(12));
}

#[test]
fn layers_around_a_hedge() {
    let two = hedge(Hedge::new());
    let fallback = Layer::Fallback {
        on: false,
        calls: true,
    };
    assert_eq!(numbers(&[two, two]), [(20, 1, "")]);
    assert_eq!(numbers(&[two, fallback]), [(24, 1, "")]);
    assert_eq!(numbers(&[fallback, two]), []);
    assert_eq!(numbers(&[two, Layer::Compensate]), [(25, 1, "")]);
    assert_eq!(numbers(&[Layer::Compensate, two]), []);
    let slow = Layer::Circuit {
        policy: Some(Circuit::new().slow(SECOND * 2)),
        own: true,
    };
    assert_eq!(numbers(&[slow, two, Layer::timeout(SECOND)]), []);
}

#[test]
fn numbers_are_unique_and_every_text_carries_its_own() {
    let mut seen: Vec<_> = Rule::ALL.iter().map(|rule| rule.number()).collect();
    seen.dedup();
    assert_eq!(seen.len(), Rule::ALL.len());
    let layers = [Layer::retry(Retry::new().attempts(0))];
    let text = Stack::new(&layers).check().unwrap_err().to_string();
    assert!(text.starts_with("R001: "), "{text}");
}

#[test]
fn the_worst_case_counts_attempts_delays_and_what_errors_ask_for() {
    let timeout = |secs| Layer::timeout(SECOND * secs);
    let retry = |asks| Layer::Retry {
        policy: Some(Retry::new().backoff(Schedule::constant(SECOND))),
        asks,
    };
    let worst = |layers: &[Layer]| Stack::new(layers).worst_case();
    let case = |runs, secs: Option<u32>| WorstCase {
        runs: Some(runs),
        longest: secs.map(|secs| SECOND * secs),
    };
    assert_eq!(worst(&[]), case(1, None));
    assert_eq!(worst(&[timeout(3)]), case(1, Some(3)));
    assert_eq!(worst(&[retry(false)]), case(4, None));
    assert_eq!(worst(&[retry(false), timeout(2)]), case(4, Some(4 * 2 + 3)));
    assert_eq!(
        worst(&[retry(true), timeout(2)]),
        case(4, Some(4 * 2 + 3 * 120))
    );
    assert_eq!(
        worst(&[timeout(5), retry(true), timeout(2)]),
        case(4, Some(5))
    );
    let fallback = Layer::Fallback {
        on: false,
        calls: true,
    };
    assert_eq!(worst(&[fallback, timeout(2)]), case(1, None));
    assert_eq!(worst(&[Layer::Saga, timeout(2)]), case(1, None));
    let unknown = Layer::Retry {
        policy: None,
        asks: true,
    };
    assert_eq!(worst(&[timeout(2), unknown]).runs, None);
    assert_eq!(worst(&[timeout(2), unknown]).longest, Some(SECOND * 2));
}

#[test]
fn fits_asks_for_proof_and_shows_the_sum() {
    let fits = |secs| Layer::Timeout {
        after: Some(SECOND * secs),
        fits: true,
    };
    let retry = Layer::Retry {
        policy: Some(Retry::new().backoff(Schedule::exponential(SECOND))),
        asks: false,
    };
    assert_eq!(numbers(&[fits(60), retry, Layer::timeout(SECOND * 10)]), []);
    assert_eq!(
        numbers(&[fits(46), retry, Layer::timeout(SECOND * 10)]),
        [(30, 0, "fits")]
    );
    let text = Stack::new(&[fits(46), retry, Layer::timeout(SECOND * 10)])
        .check()
        .unwrap_err()
        .to_string();
    let sum = "can take 47s (4 attempts of 10s, waits of 7s; `max = 3` is the default), this \
               timeout ends at 46s: write 47s or more";
    assert!(text.contains(sum), "{text}");
    let asking = Layer::retry(Retry::new().max(1));
    let text = Stack::new(&[fits(60), asking, Layer::timeout(SECOND * 10)])
        .check()
        .unwrap_err()
        .to_string();
    let sum = "can take 140s (2 attempts of 10s, waits of 2m; an error may ask for \
               `after_max = 2m` each time), this timeout ends at 60s";
    assert!(text.contains(sum), "{text}");
    assert_eq!(numbers(&[fits(60), retry]), [(30, 0, "fits")]);
    let unknown = Layer::Timeout {
        after: None,
        fits: false,
    };
    assert_eq!(
        numbers(&[fits(60), retry, unknown]),
        [],
        "judged when it is known"
    );
}

/// Every page opens with the number of its rule and says something under each heading, and
/// `docs/rules.md` lists them all. `BLESS=1` writes the list.
#[test]
fn every_rule_has_a_page_and_a_line_in_the_list() {
    let mut list =
        "# Rules\n\nWhat the rulebook refuses: at expansion where values are literals, by \
        the compiler where they are constants, when the call is made where they come later. The \
        message of each begins with its number. R001 to R009 are about values, R010 to R019 about \
        how an attribute is written, R020 to R039 about layers and what lies around them, R040 to \
        R049 about the function, R050 to R059 about types, R060 to R069 about \
        `#[derive(Classify)]`.\n\nA constant whose path may name a generic parameter (`T`, \
        `Self::LIMIT`, `Type::LIMIT`) is looked at when the function is built, which is later than \
        `cargo check`. What only the call knows is refused with `Rejection::Misconfigured`, in the \
        same words; as every rejection, a `fallback` above may answer it.\n\nThe examples on the pages are compiled by the tests: each wrong one \
        is refused with the number of its page, each right one compiles without a warning. `{ … }` \
        stands for a body, and where only attributes are shown, they stand above `async fn load(id: \
        u64) -> Result<Item, Error>`.\n\n| rule | refuses |\n|---|---|\n"
            .to_owned();
    for rule in Rule::ALL {
        let number = rule.to_string();
        assert_eq!(Rule::of_number(rule.number()), Some(*rule));
        let mut lines = rule.page().lines();
        let title = lines.next().unwrap_or_default().to_owned();
        assert!(title.starts_with(&format!("# {number}: ")), "{title}");
        let what = lines.nth(1).unwrap_or_default();
        let sections: Vec<_> = rule.page().split("\n## ").skip(1).collect();
        let headings = ["Why it cannot work", "At run time", "What to write"];
        for (section, heading) in sections.iter().zip(headings) {
            let text = section.strip_prefix(heading);
            let text = text.unwrap_or_else(|| panic!("{number}: no {heading}"));
            assert!(
                text.trim().len() > 20,
                "{number} says too little: {heading}"
            );
        }
        assert_eq!(sections.len(), headings.len(), "{number}");
        let name = title.trim_start_matches("# ");
        let page = format!("../resilience-policy/rules/{number}.md");
        writeln!(list, "| [{name}]({page}) | {what} |").unwrap();
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/rules.md");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(path, &list).unwrap();
    }
    assert_eq!(
        std::fs::read_to_string(path).unwrap(),
        list,
        "run with BLESS=1"
    );
}

fn cache(policy: Cache) -> Layer {
    Layer::Cache {
        policy: Some(policy),
        keyed: true,
    }
}

fn idempotent(policy: Idempotent) -> Layer {
    Layer::Idempotent {
        policy: Some(policy),
        keyed: true,
    }
}

#[test]
fn kept_results_need_time_and_room() {
    let (minute, once) = (Cache::new(SECOND * 60), Idempotent::new());
    assert_eq!(numbers(&[cache(minute), idempotent(once)]), []);
    assert_eq!(
        numbers(&[cache(Cache::new(Duration::ZERO))]),
        [(2, 0, "ttl")]
    );
    assert_eq!(
        numbers(&[cache(minute.stale(Duration::ZERO))]),
        [(2, 0, "stale")]
    );
    assert_eq!(numbers(&[cache(minute.max(0))]), [(3, 0, "max")]);
    assert_eq!(
        numbers(&[idempotent(once.ttl(Duration::ZERO))]),
        [(2, 0, "ttl")]
    );
    assert_eq!(numbers(&[idempotent(once.max(0))]), [(3, 0, "max")]);
}

#[test]
fn results_are_kept_by_key_and_once() {
    let minute = Cache::new(SECOND * 60);
    let unkeyed = [
        Layer::Cache {
            policy: Some(minute),
            keyed: false,
        },
        Layer::Idempotent {
            policy: None,
            keyed: false,
        },
    ];
    assert_eq!(numbers(&unkeyed), [(27, 0, ""), (27, 1, "")]);
    assert_eq!(numbers(&[cache(minute), cache(minute)]), [(20, 1, "")]);
    let once = idempotent(Idempotent::new());
    assert_eq!(numbers(&[once, once]), [(20, 1, "")]);
}

#[test]
fn an_answer_from_a_cache_is_no_step() {
    let (cache, once) = (cache(Cache::new(SECOND)), idempotent(Idempotent::new()));
    assert_eq!(numbers(&[cache, Layer::Compensate]), [(25, 1, "")]);
    assert_eq!(numbers(&[Layer::Compensate, cache]), []);
    assert_eq!(numbers(&[once, Layer::Compensate]), []);
    assert_eq!(numbers(&[Layer::Compensate, once]), []);
}

#[test]
fn nobody_knows_how_long_another_call_takes() {
    let limit = Layer::timeout(SECOND);
    for layer in [cache(Cache::new(SECOND)), idempotent(Idempotent::new())] {
        assert_eq!(Stack::new(&[layer, limit]).worst_case().longest, None);
        let worst = Stack::new(&[limit, layer]).worst_case();
        assert_eq!((worst.runs, worst.longest), (Some(1), Some(SECOND)));
    }
}

#[test]
fn every_page_is_of_a_rule() {
    let pages = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/rules")).unwrap();
    assert_eq!(pages.count(), Rule::ALL.len());
}
