//! The budget of retries: tokens are neither lost nor made.

use loom::thread;

use super::budget::RetryBudget;
use crate::model;

/// Of the one model that runs: the runtime's are `static`s.
fn budget(capacity: u32) -> &'static RetryBudget {
    let budget: &_ = Box::leak(Box::new(RetryBudget::new().capacity(capacity)));
    assert!(budget.take(0));
    budget
}

#[test]
fn lm_06_what_is_taken_and_what_is_given_back_add_up() {
    model(|| {
        let budget = budget(10);
        assert!(budget.take(5));
        let gives = thread::spawn(|| budget.give(5));
        let other = thread::spawn(|| budget.take(10));
        let here = budget.take(5);
        gives.join().unwrap();
        let there = other.join().unwrap();
        // Each is paid for by what the other left.
        assert!(!(here && there));
        let taken = u32::from(here) * 5 + u32::from(there) * 10;
        assert_eq!(budget.tokens(), 10 - taken);
    });
}

#[test]
fn the_last_tokens_pay_for_one_of_two() {
    model(|| {
        let budget = budget(9);
        let other = thread::spawn(|| budget.take(5));
        let (here, there) = (budget.take(5), other.join().unwrap());
        assert!(here ^ there);
        assert_eq!(budget.tokens(), 4, "a refusal takes nothing");
    });
}

#[test]
fn who_is_refused_stands_in_nobodys_way() {
    model(|| {
        let budget = budget(9);
        let dear = thread::spawn(|| budget.take(10));
        assert!(budget.take(5), "there is enough");
        assert!(!dear.join().unwrap());
    });
}

#[test]
fn a_full_bucket_stays_full_and_no_fuller() {
    model(|| {
        let budget = budget(5);
        assert!(budget.take(5));
        let refunds = thread::spawn(|| budget.give(5));
        let gives = thread::spawn(|| budget.give(1));
        assert!(budget.tokens() <= 5);
        refunds.join().unwrap();
        gives.join().unwrap();
        assert_eq!(budget.tokens(), 5);
        assert!(budget.take(5), "and what it has can be spent");
        assert_eq!(budget.tokens(), 0);
    });
}

#[test]
fn two_refunds_are_two() {
    model(|| {
        let budget = budget(20);
        assert!(budget.take(5) && budget.take(10));
        let other = thread::spawn(|| budget.give(10));
        budget.give(1);
        budget.give(1);
        other.join().unwrap();
        assert_eq!(budget.tokens(), 17);
    });
}
