//! What an expert writes without routier: three maps behind one lock.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::hint::black_box;
use std::ops::{Bound, Deref, DerefMut, Range, RangeInclusive};
use std::sync::{Arc, PoisonError};

use foldhash::fast::RandomState;

use crate::rows::{CITY, SPAN, Step, User, email_of, id_of};
use crate::subject::Subject;

/// The maps.
#[derive(Clone, Default)]
pub(crate) struct Maps {
    by_id: HashMap<u64, Arc<User>, RandomState>,
    by_email: HashMap<String, Arc<User>, RandomState>,
    by_age: BTreeMap<(u32, u64), Arc<User>>,
}

/// Why a write is refused.
#[derive(Debug)]
#[expect(dead_code, reason = "read by whoever prints it")]
pub(crate) enum Failure {
    DuplicateId(u64),
    DuplicateEmail(String),
    Stale(u64),
    Gone(u64),
}

/// The lock around the maps.
pub(crate) trait Lock: Send + Sync + Default {
    fn read(&self) -> impl Deref<Target = Maps>;
    fn write(&self) -> impl DerefMut<Target = Maps>;
}

impl Lock for std::sync::RwLock<Maps> {
    fn read(&self) -> impl Deref<Target = Maps> {
        self.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> impl DerefMut<Target = Maps> {
        self.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lock for parking_lot::RwLock<Maps> {
    fn read(&self) -> impl Deref<Target = Maps> {
        self.read()
    }

    fn write(&self) -> impl DerefMut<Target = Maps> {
        self.write()
    }
}

/// The hand-written store of users.
#[derive(Default)]
pub(crate) struct Hand<L> {
    maps: L,
}

impl<L: Lock> Hand<L> {
    pub(crate) fn get(&self, id: u64) -> Option<Arc<User>> {
        self.maps.read().by_id.get(&id).cloned()
    }

    pub(crate) fn get_by_email(&self, email: &str) -> Option<Arc<User>> {
        self.maps.read().by_email.get(email).cloned()
    }

    pub(crate) fn of_ages(&self, ages: RangeInclusive<u32>) -> Vec<Arc<User>> {
        let keys = (*ages.start(), 0)..=(*ages.end(), u64::MAX);
        self.maps.read().by_age.range(keys).map(|(_, user)| Arc::clone(user)).collect()
    }

    pub(crate) fn first_by_age(&self, limit: usize) -> Vec<Arc<User>> {
        self.maps.read().by_age.values().take(limit).cloned().collect()
    }

    pub(crate) fn page_by_age(&self, after: (u32, u64), limit: usize) -> Vec<Arc<User>> {
        let keys = (Bound::Excluded(after), Bound::Unbounded);
        let mut page = Vec::with_capacity(limit);
        page.extend(self.maps.read().by_age.range(keys).take(limit).map(|(_, user)| Arc::clone(user)));
        page
    }

    pub(crate) fn scan(&self, test: impl Fn(&User) -> bool) -> Vec<Arc<User>> {
        self.maps.read().by_id.values().filter(|user| test(user)).cloned().collect()
    }

    pub(crate) fn insert(&self, user: User) -> Result<Arc<User>, Failure> {
        let user = Arc::new(user);
        self.maps.write().insert(&user)?;
        Ok(user)
    }

    /// All or none.
    pub(crate) fn insert_many(&self, users: impl Iterator<Item = User>) -> Result<Vec<Arc<User>>, Failure> {
        let users: Vec<Arc<User>> = users.map(Arc::new).collect();
        let mut maps = self.maps.write();
        for (place, user) in users.iter().enumerate() {
            if let Err(failure) = maps.insert(user) {
                for user in &users[..place] {
                    maps.remove(user);
                }
                return Err(failure);
            }
        }
        Ok(users)
    }

    pub(crate) fn modify(&self, id: u64, change: impl FnOnce(&mut User)) -> Result<Arc<User>, Failure> {
        let mut maps = self.maps.write();
        let old = maps.by_id.get(&id).cloned().ok_or(Failure::Gone(id))?;
        maps.replace(&old, change)
    }

    /// Refuses when the row is not the newest any more.
    pub(crate) fn update(
        &self,
        row: &Arc<User>,
        change: impl FnOnce(&mut User),
    ) -> Result<Arc<User>, Failure> {
        let mut maps = self.maps.write();
        match maps.by_id.get(&row.id) {
            None => Err(Failure::Gone(row.id)),
            Some(newest) if !Arc::ptr_eq(newest, row) => Err(Failure::Stale(row.id)),
            Some(_) => maps.replace(row, change),
        }
    }

    /// All or none.
    pub(crate) fn modify_all(
        &self,
        ids: &[u64],
        change: impl Fn(&mut User),
    ) -> Result<Vec<Arc<User>>, Failure> {
        let mut maps = self.maps.write();
        let mut done = Vec::with_capacity(ids.len());
        for id in ids {
            let old = maps.by_id.get(id).cloned().ok_or(Failure::Gone(*id));
            match old.and_then(|old| Ok((maps.replace(&old, &change)?, old))) {
                Ok(both) => done.push(both),
                Err(failure) => {
                    for (new, old) in done.iter().rev() {
                        maps.put_back(new, old);
                    }
                    return Err(failure);
                }
            }
        }
        Ok(done.into_iter().map(|(new, _)| new).collect())
    }
}

impl Maps {
    fn insert(&mut self, user: &Arc<User>) -> Result<(), Failure> {
        let Entry::Vacant(by_id) = self.by_id.entry(user.id) else {
            return Err(Failure::DuplicateId(user.id));
        };
        let Entry::Vacant(by_email) = self.by_email.entry(user.email.clone()) else {
            return Err(Failure::DuplicateEmail(user.email.clone()));
        };
        by_id.insert(Arc::clone(user));
        by_email.insert(Arc::clone(user));
        self.by_age.insert((user.age, user.id), Arc::clone(user));
        Ok(())
    }

    fn remove(&mut self, user: &User) {
        self.by_id.remove(&user.id);
        self.by_email.remove(&user.email);
        self.by_age.remove(&(user.age, user.id));
    }

    /// Undoes a replacement.
    fn put_back(&mut self, new: &User, old: &Arc<User>) {
        self.remove(new);
        self.by_id.insert(old.id, Arc::clone(old));
        self.by_email.insert(old.email.clone(), Arc::clone(old));
        self.by_age.insert((old.age, old.id), Arc::clone(old));
    }

    fn replace(&mut self, old: &Arc<User>, change: impl FnOnce(&mut User)) -> Result<Arc<User>, Failure> {
        let mut user = User::clone(old);
        change(&mut user);
        let new = Arc::new(user);
        if new.email == old.email {
            if let Some(row) = self.by_email.get_mut(&new.email) {
                *row = Arc::clone(&new);
            }
        } else {
            let Entry::Vacant(by_email) = self.by_email.entry(new.email.clone()) else {
                return Err(Failure::DuplicateEmail(new.email.clone()));
            };
            by_email.insert(Arc::clone(&new));
            self.by_email.remove(&old.email);
        }
        if new.age != old.age {
            self.by_age.remove(&(old.age, old.id));
        }
        self.by_age.insert((new.age, new.id), Arc::clone(&new));
        self.by_id.insert(new.id, Arc::clone(&new));
        Ok(new)
    }
}

impl<L: Lock> Subject for Hand<L> {
    type Row = Arc<User>;
    type Cursor = (u32, u64);

    fn new(_retain: Option<usize>) -> Self {
        Self::default()
    }

    fn insert(&self, numbers: Range<u64>) -> u64 {
        let mut done = 0;
        for number in numbers {
            black_box(self.insert(User::nth(number)).expect("every row differs"));
            done += 1;
        }
        done
    }

    fn insert_many(&self, numbers: Range<u64>) -> u64 {
        black_box(self.insert_many(numbers.map(User::nth)).expect("every row differs")).len() as u64
    }

    fn get(&self, ids: &[u64]) -> u64 {
        ids.iter().filter(|id| black_box(self.get(**id)).is_some()).count() as u64
    }

    fn get_by_email(&self, emails: &[String]) -> u64 {
        emails.iter().filter(|email| black_box(self.get_by_email(email)).is_some()).count() as u64
    }

    fn age(&self, ages: &[u32]) -> u64 {
        ages.iter().map(|age| black_box(self.of_ages(*age..=*age)).len() as u64).sum()
    }

    fn ages(&self, ages: &[u32]) -> Option<u64> {
        Some(ages.iter().map(|age| black_box(self.of_ages(*age..=*age + SPAN - 1)).len() as u64).sum())
    }

    fn ages_by_key(&self, ages: &[u32]) -> Option<u64> {
        let sorted = |age: u32| {
            let mut rows = self.of_ages(age..=age + SPAN - 1);
            rows.sort_unstable_by_key(|user| user.id);
            rows
        };
        Some(ages.iter().map(|age| black_box(sorted(*age)).len() as u64).sum())
    }

    fn first_by_age(&self, times: u64) -> u64 {
        (0..times).map(|_| black_box(self.first_by_age(black_box(10))).len() as u64).sum()
    }

    fn page(&self, cursor: &(u32, u64), times: u64) -> Option<u64> {
        Some((0..times).map(|_| black_box(self.page_by_age(*black_box(cursor), 10)).len() as u64).sum())
    }

    fn modify(&self, ids: &[u64]) -> u64 {
        for id in ids {
            black_box(self.modify(*id, User::grow_older).expect("every row is there"));
        }
        ids.len() as u64
    }

    fn update(&self, rows: Vec<Arc<User>>) -> Option<u64> {
        let mut done = 0;
        for row in rows {
            black_box(self.update(&row, User::grow_older).expect("no handle is stale"));
            done += 1;
        }
        Some(done)
    }

    fn mixed(&self, steps: &[Step]) -> u64 {
        let mut done = 0;
        for step in steps {
            done += match step {
                Step::Get(id) => u64::from(black_box(self.get(*id)).is_some()),
                Step::Modify(id) => {
                    black_box(self.modify(*id, User::grow_older).expect("every row is there"));
                    1
                }
            };
        }
        done
    }

    fn transactions(&self, ids: &[u64], size: usize) -> Option<u64> {
        let mut done = 0;
        for ids in ids.chunks(size) {
            let rows = black_box(self.modify_all(ids, User::grow_older).expect("every row is there"));
            done += rows.len() as u64;
        }
        Some(done)
    }

    fn scan(&self) -> u64 {
        black_box(self.scan(|user| user.city == CITY)).len() as u64
    }

    fn fork(&self) -> Option<u64> {
        let fork = black_box(self.maps.read().clone());
        let rows = fork.by_id.len() as u64;
        std::mem::forget(fork);
        Some(rows)
    }

    /// A clone of the maps would be one: that is the fork.
    fn snapshots(&self, _times: u64) -> Option<u64> {
        None
    }

    fn get_in_snapshot(&self, _ids: &[u64]) -> Option<u64> {
        None
    }

    fn handles(&self, ids: &[u64]) -> Vec<Arc<User>> {
        ids.iter().filter_map(|id| self.get(*id)).collect()
    }

    fn cursor(&self, rows: u64) -> (u32, u64) {
        let maps = self.maps.read();
        *maps.by_age.keys().nth(rows as usize - 1).expect("there are more rows than that")
    }

    fn holds(&self, number: u64) -> bool {
        let user = User::nth(number);
        self.get(id_of(number)).is_some_and(|row| *row == user)
            && self.get_by_email(&email_of(number)).is_some_and(|row| *row == user)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fails_in_the_middle_leaves_all_as_it_was() {
        let hand = Hand::<std::sync::RwLock<Maps>>::default();
        assert_eq!(hand.insert_many((0..10).map(User::nth)).unwrap().len(), 10);
        let grow_and_move = |user: &mut User| {
            user.grow_older();
            user.email.insert(0, 'x');
        };

        let gone = hand.modify_all(&[id_of(3), id_of(4), id_of(77)], grow_and_move);
        assert!(matches!(gone, Err(Failure::Gone(id)) if id == id_of(77)));
        let duplicate = hand.modify_all(&[id_of(3), id_of(4)], |user| user.email = email_of(5));
        assert!(matches!(duplicate, Err(Failure::DuplicateEmail(email)) if email == email_of(5)));
        assert!((0..10).all(|number| Subject::holds(&hand, number)));
        let maps = hand.maps.read().unwrap();
        assert_eq!([maps.by_id.len(), maps.by_email.len(), maps.by_age.len()], [10; 3]);
        drop(maps);

        let done = hand.modify_all(&[id_of(3), id_of(4)], grow_and_move).unwrap();
        assert_eq!(done.len(), 2);
        assert_eq!(hand.get_by_email(&format!("x{}", email_of(3))).map(|user| user.id), Some(id_of(3)));
        assert_eq!(hand.get_by_email(&email_of(3)), None);
    }
}
