//! The proof: what the services remember of every order, asked over HTTP.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;

use crate::{
    report::Ending,
    services::{Ledger, Services, inventory::Goods, mail::Mails, payment::Account},
    shop::mail::Confirmation,
};

/// What the services say about all orders together.
#[derive(Debug, Default)]
pub struct Proof {
    /// Fulfilled orders with one charge, one shipment and one mail, sent or in the outbox.
    pub complete: usize,
    /// Failed orders whose money went there and back.
    pub refunded: usize,
    /// Failed orders whose goods were put aside and put back.
    pub released: usize,
    /// What should not be there, in words.
    pub leftovers: Vec<String>,
}

impl Proof {
    /// Asks every service for its ledger and compares it with how the checkouts ended.
    pub async fn ask(services: &Services, endings: &[Ending]) -> reqwest::Result<Self> {
        let accounts = ledger(&services.payment, |account: &Account| account.order).await?;
        let goods = ledger(&services.inventory, |goods: &Goods| goods.order).await?;
        let mails = ledger(&services.mail, |mails: &Mails| mails.order).await?;
        let mut proof = Self::default();
        for ending in endings {
            let number = ending.order.number;
            let account = accounts.get(&number).cloned().unwrap_or_default();
            let goods = goods.get(&number).cloned().unwrap_or_default();
            let mails = mails.get(&number).map_or(0, |mails| mails.sent);
            proof.weigh(ending, &account, &goods, mails);
        }
        Ok(proof)
    }

    fn weigh(&mut self, ending: &Ending, account: &Account, goods: &Goods, mails: u32) {
        let paid = account.charged_cents - account.refunded_cents;
        let (cents, shipped, sent) = match &ending.result {
            Ok(receipt) => {
                let sent = u32::from(receipt.confirmation == Confirmation::Sent);
                (ending.order.cents, 1, sent)
            }
            Err(_) => (0, 0, 0),
        };
        let facts = [
            ("cents paid", paid, cents),
            ("reserved", goods.reserved.into(), 0),
            ("shipped", goods.shipped.into(), shipped),
            ("mails sent", mails.into(), sent.into()),
        ];
        let wrong: Vec<_> = facts.iter().filter(|(_, is, ought)| is != ought).collect();
        for (what, is, ought) in &wrong {
            let number = ending.order.number;
            self.leftovers
                .push(format!("order {number}: {what} {is} instead of {ought}"));
        }
        if ending.result.is_ok() {
            self.complete += usize::from(wrong.is_empty());
        } else {
            self.refunded += usize::from(account.charged_cents > 0 && paid == 0);
            self.released += usize::from(goods.released > 0 && goods.reserved == 0);
        }
    }
}

async fn ledger<T: DeserializeOwned>(
    service: &str,
    order: fn(&T) -> u32,
) -> reqwest::Result<BTreeMap<u32, T>> {
    let ledger: Ledger<T> = reqwest::get(format!("{service}/ledger"))
        .await?
        .json()
        .await?;
    Ok(ledger
        .entries
        .into_iter()
        .map(|entry| (order(&entry), entry))
        .collect())
}
