//! Seats that come, wait, lead, end and leave in every order.

use std::task::Waker;

use super::*;

struct Key(u32);

impl TypedKey for Key {
    type Owned = u32;

    fn hash_into<H: std::hash::Hasher>(&self, state: &mut H) {
        state.write_u32(self.0);
    }

    fn is(&self, owned: &u32) -> bool {
        self.0 == *owned
    }

    fn own(&self) -> u32 {
        self.0
    }
}

fn turn(seat: &mut Seat<u32, u32>) -> Option<Turn<u32>> {
    match seat.poll_turn(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(turn) => Some(turn),
        Poll::Pending => None,
    }
}

/// Seats are taken, polled, finished, dropped and detached in random order.
#[test]
fn one_leads_nobody_hangs_and_nothing_stays() {
    static FLIGHTS: Flights<u32, u32> = Flights::new();
    for seed in 0..200 {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut seats: Vec<(u32, Seat<u32, u32>)> = Vec::new();
        let mut detached = false;
        for step in 0..200 {
            match random.u8(0..10) {
                0..4 => {
                    let key = random.u32(0..3);
                    // Two keys share a hash.
                    seats.push((key, FLIGHTS.join(u64::from(key / 2), &Key(key))));
                }
                4 if seed % 4 == 0 => {
                    FLIGHTS.detach(0, |key| *key == 1);
                    detached = true;
                }
                _ if seats.is_empty() => {}
                action => {
                    let place = random.usize(0..seats.len());
                    let (key, mut seat) = seats.swap_remove(place);
                    match turn(&mut seat) {
                        Some(Turn::Lead) if action < 7 => seat.finish(key * 1000 + step, || ()),
                        Some(Turn::Done(done)) => assert_eq!(done / 1000, key),
                        _ if action < 9 => seats.push((key, seat)),
                        _ => drop(seat),
                    }
                }
            }
            for key in 0..3 {
                let leads = seats.iter().filter(|(it, seat)| *it == key && seat.leads());
                assert!(leads.count() <= 1 || detached, "two lead");
            }
        }
        // Whoever is left gets a turn, one after the other.
        while !seats.is_empty() {
            let before = seats.len();
            seats.retain_mut(|(_, seat)| turn(seat).is_none());
            assert!(seats.len() < before, "{before} seats wait for nobody");
        }
        assert_eq!(FLIGHTS.len(), 0);
    }
}
