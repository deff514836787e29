//! A file system in memory, for tests: it writes down every operation, fails when told to, and loses power.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::disk::{Disk, Found};

/// A file system with one folder.
#[derive(Clone, Default)]
pub(super) struct Simulated(Rc<RefCell<State>>);

#[derive(Default)]
struct State {
    /// What every process sees: the number of each name's file.
    names: BTreeMap<PathBuf, usize>,
    files: Vec<Contents>,
    /// What was done since [`Simulated::begin`], in order.
    log: Vec<Operation>,
    /// What was on the disk then.
    before: Snapshot,
    failure: Option<Failure>,
    operations: usize,
    /// Whether operations that should reach the disk do.
    forgets_syncs: bool,
}

/// The bytes and permissions of a file.
#[derive(Clone, Default)]
struct Contents {
    bytes: Vec<u8>,
    permissions: u32,
    is_open: bool,
}

/// Names and the bytes of their files.
pub(super) type Snapshot = BTreeMap<PathBuf, Vec<u8>>;

/// Something that was done.
#[derive(Clone, Debug)]
enum Operation {
    Create { path: PathBuf, file: usize },
    Write { file: usize, at: usize, bytes: Vec<u8> },
    Sync { file: usize },
    Rename { from: PathBuf, to: PathBuf, file: usize },
    SyncFolder,
    Remove { path: PathBuf },
}

/// Which operation fails, and how.
#[derive(Clone, Copy, Debug)]
pub(super) struct Failure {
    /// Its number, from 0.
    pub(super) at: usize,
    /// The error of the operating system; none for a write of half of the bytes.
    pub(super) error: Option<i32>,
    /// Whether all later ones fail too.
    pub(super) for_good: bool,
}

/// Part of what a disk has lost when power comes back.
#[derive(Clone, Copy, Debug)]
pub(super) enum Loss {
    /// Everything that no sync has waited for.
    All,
    /// Nothing.
    None,
    /// All unsynced writes but this one and those after it.
    From(usize),
    /// Only this unsynced write.
    One(usize),
    /// All unsynced writes but this one.
    AllBut(usize),
    /// What comes after so many bytes of this unsynced write, and the writes after it.
    Torn(usize, usize),
}

impl Simulated {
    /// A disk with these files.
    pub(super) fn with(files: &Snapshot) -> Self {
        let disk = Self::default();
        let mut state = disk.0.borrow_mut();
        for (path, bytes) in files {
            let number = state.files.len();
            state.names.insert(path.clone(), number);
            state.files.push(Contents { bytes: bytes.clone(), permissions: 0o640, is_open: false });
        }
        drop(state);
        disk.begin();
        disk
    }

    /// Everything so far is on the disk; what follows is written down.
    pub(super) fn begin(&self) {
        let now = self.files();
        let mut state = self.0.borrow_mut();
        state.log.clear();
        state.operations = 0;
        state.failure = None;
        state.before = now;
    }

    pub(super) fn fail(&self, failure: Failure) {
        self.0.borrow_mut().failure = Some(failure);
    }

    /// From now on nothing is waited for, as by a program that forgot to.
    pub(super) fn forget_syncs(&self) {
        self.0.borrow_mut().forgets_syncs = true;
    }

    /// The number of operations since the beginning.
    pub(super) fn operations(&self) -> usize {
        self.0.borrow().operations
    }

    /// What every process sees.
    pub(super) fn files(&self) -> Snapshot {
        let state = self.0.borrow();
        state.names.iter().map(|(path, &file)| (path.clone(), state.files[file].bytes.clone())).collect()
    }

    pub(super) fn permissions(&self, path: &Path) -> u32 {
        let state = self.0.borrow();
        state.files[state.names[path]].permissions
    }

    /// Everything that can be on the disk after a loss of power, for each number of operations that came before it: the
    /// number, what was lost, and the files.
    pub(super) fn crashes(&self) -> Vec<(usize, String, Snapshot)> {
        let state = self.0.borrow();
        let mut crashes = Vec::new();
        for done in 0..=state.log.len() {
            let log = &state.log[..done];
            for names in kept_names(log) {
                for loss in losses(log) {
                    let files = after_crash(&state.before, log, &names, loss);
                    crashes.push((done, format!("names {names:?}, writes lost: {loss:?}"), files));
                }
            }
        }
        crashes
    }

    /// Counts an operation, and fails it if it is its turn.
    fn turn(&self) -> io::Result<()> {
        let mut state = self.0.borrow_mut();
        let number = state.operations;
        state.operations += 1;
        match state.failure {
            Some(Failure { at, error: Some(error), for_good }) if number == at || for_good && number > at => {
                Err(io::Error::from_raw_os_error(error))
            }
            _ => Ok(()),
        }
    }

    fn log(&self, operation: Operation) {
        self.0.borrow_mut().log.push(operation);
    }
}

/// Which changes of names are on the disk: those that a sync of the folder has waited for, and any of the others.
fn kept_names(log: &[Operation]) -> Vec<Vec<bool>> {
    let synced = log.iter().rposition(|operation| matches!(operation, Operation::SyncFolder)).unwrap_or(0);
    let changes = log.iter().enumerate().filter(|(_, operation)| {
        matches!(operation, Operation::Create { .. } | Operation::Rename { .. } | Operation::Remove { .. })
    });
    let safe: Vec<bool> = changes.map(|(place, _)| place < synced).collect();
    let free = safe.iter().filter(|safe| !**safe).count();
    let choices = (0..1u32 << free).map(|choice| {
        let mut bit = 0;
        let kept = safe.iter().map(|&safe| {
            bit += u32::from(!safe);
            safe || choice >> (bit - 1) & 1 == 1
        });
        kept.collect()
    });
    choices.collect()
}

/// The writes that no sync has waited for, by their places in the log.
fn unsynced(log: &[Operation]) -> Vec<usize> {
    let is_synced = |place: usize, file: usize| {
        log[place..].iter().any(|later| matches!(later, Operation::Sync { file: synced } if *synced == file))
    };
    let writes = log.iter().enumerate().filter_map(|(place, operation)| match operation {
        Operation::Write { file, .. } if !is_synced(place, *file) => Some(place),
        _ => None,
    });
    writes.collect()
}

fn losses(log: &[Operation]) -> Vec<Loss> {
    /// Bytes that a disk writes at once.
    const SECTOR: usize = 512;
    let mut losses = vec![Loss::None];
    let writes = unsynced(log);
    if !writes.is_empty() {
        losses.push(Loss::All);
    }
    for (number, &place) in writes.iter().enumerate() {
        losses.extend([Loss::From(number), Loss::One(number), Loss::AllBut(number)]);
        if let Operation::Write { bytes, .. } = &log[place] {
            losses.extend((SECTOR..bytes.len()).step_by(SECTOR).map(|kept| Loss::Torn(number, kept)));
        }
    }
    losses
}

fn after_crash(before: &Snapshot, log: &[Operation], kept: &[bool], loss: Loss) -> Snapshot {
    let mut names: BTreeMap<PathBuf, Result<usize, Vec<u8>>> =
        before.iter().map(|(path, bytes)| (path.clone(), Err(bytes.clone()))).collect();
    let mut files: BTreeMap<usize, Vec<u8>> = BTreeMap::new();
    let (unsynced, mut change) = (unsynced(log), 0);
    for (place, operation) in log.iter().enumerate() {
        if let Operation::Write { file, at, bytes } = operation {
            let number = unsynced.iter().position(|&other| other == place);
            let length = number.map_or(bytes.len(), |number| kept_bytes(loss, number, bytes.len()));
            if length > 0 {
                let contents = files.entry(*file).or_default();
                contents.resize(contents.len().max(at + length), 0);
                contents[*at..at + length].copy_from_slice(&bytes[..length]);
            }
            continue;
        }
        if matches!(operation, Operation::Sync { .. } | Operation::SyncFolder) {
            continue;
        }
        change += 1;
        if !kept[change - 1] {
            continue;
        }
        match operation {
            Operation::Create { path, file } => drop(names.insert(path.clone(), Ok(*file))),
            Operation::Rename { from, to, file } => {
                let moved = names.remove(from).unwrap_or(Ok(*file));
                names.insert(to.clone(), moved);
            }
            Operation::Remove { path } => drop(names.remove(path)),
            _ => {}
        }
    }
    let bytes = |file: Result<usize, Vec<u8>>| {
        file.map_or_else(|bytes| bytes, |file| files.get(&file).cloned().unwrap_or_default())
    };
    names.into_iter().map(|(path, file)| (path, bytes(file))).collect()
}

/// How many bytes of an unsynced write are on the disk.
fn kept_bytes(loss: Loss, number: usize, length: usize) -> usize {
    let whole = match loss {
        Loss::All => false,
        Loss::None => true,
        Loss::From(first) => number < first,
        Loss::One(only) => number == only,
        Loss::AllBut(lost) => number != lost,
        Loss::Torn(torn, kept) if number == torn => return kept,
        Loss::Torn(torn, _) => number < torn,
    };
    if whole { length } else { 0 }
}

/// A file of a [`Simulated`] disk that is open.
pub(super) struct Open {
    disk: Simulated,
    number: usize,
}

impl Write for Open {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let number = self.disk.operations();
        self.disk.turn()?;
        let failure = self.disk.0.borrow().failure;
        let short =
            matches!(failure, Some(Failure { at, error: None, for_good }) if number == at || for_good && number > at);
        let bytes = if short { &bytes[..bytes.len().div_ceil(2)] } else { bytes };
        let mut state = self.disk.0.borrow_mut();
        let contents = &mut state.files[self.number].bytes;
        let at = contents.len();
        contents.extend(bytes);
        state.log.push(Operation::Write { file: self.number, at, bytes: bytes.to_vec() });
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.disk.0.borrow_mut().files[self.number].is_open = false;
    }
}

impl Disk for Simulated {
    type File = Open;
    type Permissions = u32;

    fn look(&self, path: &Path) -> io::Result<Option<Found<u32>>> {
        self.turn()?;
        let state = self.0.borrow();
        Ok(state.names.get(path).map(|&file| Found::File(state.files[file].permissions)))
    }

    fn names(&self, _folder: &Path) -> io::Result<Vec<OsString>> {
        self.turn()?;
        let state = self.0.borrow();
        Ok(state.names.keys().filter_map(|path| path.file_name().map(Into::into)).collect())
    }

    fn create(&self, path: &Path, permissions: Option<u32>) -> io::Result<Open> {
        self.turn()?;
        let mut state = self.0.borrow_mut();
        if state.names.contains_key(path) {
            return Err(ErrorKind::AlreadyExists.into());
        }
        let number = state.files.len();
        state.files.push(Contents { bytes: Vec::new(), permissions: permissions.unwrap_or(0o644), is_open: true });
        state.names.insert(path.to_path_buf(), number);
        state.log.push(Operation::Create { path: path.to_path_buf(), file: number });
        Ok(Open { disk: self.clone(), number })
    }

    fn sync(&self, file: &Open) -> io::Result<()> {
        self.turn()?;
        if !self.0.borrow().forgets_syncs {
            self.log(Operation::Sync { file: file.number });
        }
        Ok(())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.turn()?;
        let mut state = self.0.borrow_mut();
        let file = state.names.remove(from).ok_or(ErrorKind::NotFound)?;
        state.names.insert(to.to_path_buf(), file);
        state.log.push(Operation::Rename { from: from.to_path_buf(), to: to.to_path_buf(), file });
        Ok(())
    }

    fn sync_folder(&self, _folder: &Path, _file: &Open) -> io::Result<()> {
        self.turn()?;
        if !self.0.borrow().forgets_syncs {
            self.log(Operation::SyncFolder);
        }
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.turn()?;
        self.0.borrow_mut().names.remove(path).ok_or(ErrorKind::NotFound)?;
        self.log(Operation::Remove { path: path.to_path_buf() });
        Ok(())
    }

    fn remove_abandoned(&self, path: &Path) -> io::Result<()> {
        let is_open = {
            let state = self.0.borrow();
            state.names.get(path).is_some_and(|&file| state.files[file].is_open)
        };
        if is_open { self.turn() } else { self.remove(path) }
    }
}
