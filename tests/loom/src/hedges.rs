//! The budget of hedges: tokens are neither lost nor made, and one hedge may always run.

use loom::{
    sync::{Arc, atomic::Ordering::SeqCst},
    thread,
};

use crate::{
    bucket::{Bucket, COST, SAVED},
    model,
    sync::AtomicU32,
};

fn bucket(tokens: u32) -> Arc<Bucket> {
    Arc::new(Bucket {
        tokens: AtomicU32::made(tokens),
        running: AtomicU32::made(0),
    })
}

#[test]
fn lm_06_what_is_paid_in_and_what_is_taken_out_add_up() {
    model(|| {
        let bucket = bucket(COST);
        let other = {
            let bucket = Arc::clone(&bucket);
            thread::spawn(move || [bucket.take(), bucket.take()])
        };
        let payer = {
            let bucket = Arc::clone(&bucket);
            thread::spawn(move || bucket.deposit(COST))
        };
        payer.join().unwrap();
        let taken = other.join().unwrap();
        let (tokens, running) = (bucket.tokens.load(SeqCst), bucket.running.load(SeqCst));
        // The first is paid for, so the second runs beside it, and only if it is paid for too.
        assert!(taken[0]);
        assert_eq!(running, 1 + u32::from(taken[1]));
        assert_eq!(tokens, 2 * COST - running * COST);
    });
}

#[test]
fn an_empty_bucket_lets_exactly_one_of_two_run() {
    model(|| {
        let bucket = bucket(0);
        let other = {
            let bucket = Arc::clone(&bucket);
            thread::spawn(move || bucket.take())
        };
        let (here, there) = (bucket.take(), other.join().unwrap());
        assert!(here ^ there);
        assert_eq!(bucket.running.load(SeqCst), 1);
        bucket.end();
        assert!(bucket.take(), "it is idle again");
    });
}

#[test]
fn a_hedge_that_ends_makes_room_for_one_and_not_for_two() {
    model(|| {
        let bucket = bucket(0);
        assert!(bucket.take());
        let threads: Vec<_> = (0..2)
            .map(|_| {
                let bucket = Arc::clone(&bucket);
                thread::spawn(move || bucket.take())
            })
            .collect();
        bucket.end();
        let taken = threads.into_iter().map(|it| it.join().unwrap());
        let taken = u32::try_from(taken.filter(|taken| *taken).count()).unwrap();
        assert!(taken <= 1);
        assert_eq!(bucket.running.load(SeqCst), taken);
    });
}

#[test]
fn a_full_bucket_stays_full_and_no_fuller() {
    model(|| {
        let bucket = bucket(COST * SAVED - 1);
        let threads: Vec<_> = (0..2)
            .map(|_| {
                let bucket = Arc::clone(&bucket);
                thread::spawn(move || bucket.deposit(10))
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(bucket.tokens.load(SeqCst), COST * SAVED);
    });
}
