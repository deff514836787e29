//! Tests: a save that fails at any operation, and one that ends at any moment.

use std::error::Error as _;
use std::path::Path;

use super::load::load_from;
use super::save::save;
use super::simulated::{Failure, Simulated, Snapshot};
use crate::__private::Network as _;
use crate::{Error, Model, network};

network!({
    struct Net;

    let x = Input(3);
    Dense(40, activation = relu);
    Dense(2);

    loss = mse;
    optimizer = Adam();
});

const PATH: &str = "folder/net.safetensors";

/// A network that has learned something, so that its optimizer has state.
fn trained(seed: u64) -> Model {
    let mut net = Net::new(seed);
    let x = ndarray::Array2::from_shape_fn((4, 3), |(row, column)| (row as f32 - column as f32) / 3.0);
    let y = ndarray::Array2::from_shape_fn((4, 2), |(row, column)| (row * column) as f32);
    net.train_step(&x, &y).unwrap();
    net.model().clone()
}

fn bytes_of(model: &Model) -> Vec<u8> {
    let disk = Simulated::with(&Snapshot::new());
    save(&disk, model, Path::new(PATH)).unwrap();
    disk.files().remove(Path::new(PATH)).unwrap()
}

/// A disk with a file of one model.
fn disk_with(bytes: &[u8]) -> Simulated {
    Simulated::with(&Snapshot::from([(PATH.into(), bytes.to_vec())]))
}

fn load(bytes: &[u8]) -> Result<Model, Error> {
    load_from(Net::program::<f32>(), Path::new(PATH), &mut &bytes[..], bytes.len() as u64)
}

fn same(a: &Model, b: &Model) -> bool {
    let bits = |values: &[f32]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
    (bits(&a.parameters), bits(&a.state), a.step) == (bits(&b.parameters), bits(&b.state), b.step)
}

#[test]
fn the_same_model_gives_the_same_bytes() {
    let (bytes, again) = (bytes_of(&trained(1)), bytes_of(&trained(1)));
    assert_eq!(bytes, again);
    assert!(same(&load(&bytes).unwrap(), &trained(1)));
    let header = u64::from_le_bytes(*bytes.first_chunk().unwrap()) as usize;
    assert_eq!(header % 8, 0);
    let text = std::str::from_utf8(&bytes[8..8 + header]).unwrap();
    let start = "{\"__metadata__\":{\"format\":\"monograd\",\"format_version\":\"1\",\"header_crc32c\":\"";
    assert!(text.starts_with(start), "{text}");
}

#[test]
fn power_may_fail_at_any_moment() {
    let (old, new) = (trained(1), trained(2));
    let old_bytes = bytes_of(&old);
    let disk = disk_with(&old_bytes);
    save(&disk, &new, Path::new(PATH)).unwrap();
    let crashes = disk.crashes();
    assert!(crashes.len() > 100, "{}", crashes.len());
    let last = crashes.iter().map(|crash| crash.0).max();
    let (mut olds, mut news) = (0, 0);
    for (done, what, files) in crashes {
        let found =
            load(&files[Path::new(PATH)]).unwrap_or_else(|error| panic!("{done} operations, {what}: {error:?}"));
        let (is_old, is_new) = (same(&found, &old), same(&found, &new));
        assert!(is_old || is_new, "{done} operations, {what}");
        assert!(is_new || Some(done) < last, "an acknowledged save is lost: {what}");
        (olds, news) = (olds + usize::from(is_old), news + usize::from(is_new));
        // The next save works, and leaves nothing else.
        let after = Simulated::with(&files);
        save(&after, &new, Path::new(PATH)).unwrap();
        assert_eq!(after.files().keys().collect::<Vec<_>>(), [Path::new(PATH)], "{done} operations, {what}");
    }
    println!("{} states of the disk after a crash: {olds} have the old model, {news} the new one", olds + news);
    assert!(olds > 0 && news > 0, "{olds} old and {news} new models");
}

#[test]
fn a_program_that_does_not_wait_for_the_disk_loses_files() {
    let disk = disk_with(&bytes_of(&trained(1)));
    disk.forget_syncs();
    save(&disk, &trained(2), Path::new(PATH)).unwrap();
    let torn = disk.crashes().into_iter().filter(|(.., files)| load(&files[Path::new(PATH)]).is_err()).count();
    assert!(torn > 0, "the test before this one could not fail");
}

/// `EIO`, `ENOSPC`, `EROFS`, `EXDEV`, `EACCES`, `EMFILE`, `EDQUOT` of Linux.
const ERRORS: [i32; 7] = [5, 28, 30, 18, 13, 24, 122];

/// `EINTR`: a signal came.
const INTERRUPTED: i32 = 4;

#[test]
fn any_operation_may_fail() {
    let (old, new) = (trained(1), trained(2));
    let (old_bytes, new_bytes) = (bytes_of(&old), bytes_of(&new));
    let disk = disk_with(&old_bytes);
    save(&disk, &new, Path::new(PATH)).unwrap();
    let operations = disk.operations();
    assert!(operations > 8, "{operations}");
    let mut errors = 0;
    for at in 0..operations {
        for (error, for_good) in ERRORS.into_iter().flat_map(|error| [(error, false), (error, true)]) {
            let disk = disk_with(&old_bytes);
            disk.fail(Failure { at, error: Some(error), for_good });
            let result = save(&disk, &new, Path::new(PATH));
            let what = format!("operation {at}, error {error}, for good: {for_good}");
            let files = disk.files();
            let found = &files[Path::new(PATH)];
            match &result {
                Ok(()) => assert!(*found == new_bytes, "{what}"),
                // Only the last operation can fail after the new file has taken its place.
                Err(failed) => {
                    errors += 1;
                    assert!(*found == if at == operations - 1 { &new_bytes[..] } else { &old_bytes[..] }, "{what}");
                    assert!(failed.to_string().contains(PATH), "{what}: {failed}");
                    let cause = failed.source().and_then(|cause| cause.downcast_ref::<std::io::Error>());
                    assert_eq!(cause.and_then(std::io::Error::raw_os_error), Some(error), "{what}");
                }
            }
            // Where every operation fails, removing does too.
            assert!(files.len() == 1 || for_good, "{what}: {:?}", files.keys());
            disk.begin();
            save(&disk, &new, Path::new(PATH)).unwrap();
            assert_eq!(disk.files(), Snapshot::from([(PATH.into(), new_bytes.clone())]), "{what}");
        }
    }
    println!("{operations} operations, each failing in {} ways: {errors} saves refused", 2 * ERRORS.len());
    assert!(errors > operations, "{errors} errors in {operations} operations");
}

#[test]
fn short_writes_and_signals_do_no_harm() {
    let new = trained(2);
    let new_bytes = bytes_of(&new);
    for at in 0..40 {
        for for_good in [false, true] {
            let disk = disk_with(b"old");
            disk.fail(Failure { at, error: None, for_good });
            save(&disk, &new, Path::new(PATH)).unwrap();
            assert_eq!(disk.files(), Snapshot::from([(PATH.into(), new_bytes.clone())]), "operation {at}");
        }
        let disk = disk_with(b"old");
        disk.fail(Failure { at, error: Some(INTERRUPTED), for_good: false });
        let result = save(&disk, &new, Path::new(PATH));
        let files = disk.files();
        assert_eq!(files.len(), 1, "operation {at}");
        let expected = if result.is_ok() { &new_bytes[..] } else { b"old" };
        assert!(files[Path::new(PATH)] == expected, "operation {at}");
    }
}

#[test]
fn permissions_of_the_old_file_are_kept() {
    let disk = disk_with(b"old");
    save(&disk, &trained(1), Path::new(PATH)).unwrap();
    assert_eq!(disk.permissions(Path::new(PATH)), 0o640);
    let disk = Simulated::with(&Snapshot::new());
    save(&disk, &trained(1), Path::new(PATH)).unwrap();
    assert_eq!(disk.permissions(Path::new(PATH)), 0o644);
}

#[test]
fn only_files_that_nobody_writes_are_removed() {
    use super::disk::Disk as _;
    let disk = disk_with(b"old");
    let names = ["folder/.net.safetensors.0123456789abcdef.tmp", "folder/.net.safetensors.fedcba9876543210.tmp"];
    let (alive, ended) =
        (disk.create(Path::new(names[0]), None).unwrap(), disk.create(Path::new(names[1]), None).unwrap());
    let others = ["folder/.net.safetensors.x.tmp", "folder/.other.0123456789abcdef.tmp", "folder/net.safetensors.tmp"];
    others.iter().for_each(|name| drop(disk.create(Path::new(name), None).unwrap()));
    drop(ended);
    save(&disk, &trained(1), Path::new(PATH)).unwrap();
    let files = disk.files();
    assert!(
        files.contains_key(Path::new(names[0])) && !files.contains_key(Path::new(names[1])),
        "{:?}",
        files.keys()
    );
    assert!(others.iter().all(|name| files.contains_key(Path::new(name))), "{:?}", files.keys());
    drop(alive);
}
