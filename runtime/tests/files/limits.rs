//! How much memory and time bad files may take: 8 times the file and 16 MB, and a second.

use std::time::Duration;

use monograd::files::{AnyArray, Npz, NpzWriter, Reader, encode_npy, read_idx, read_npy};
use monograd::ndarray::{Array1, Array3};

use super::usage::measured;
use super::*;

/// Checks that reading a file stays within the limits, and gives what came of it.
fn within_limits<'p, T>(name: &str, path: &'p Path, read: impl Fn(&'p Path) -> Result<T, Error>) -> Result<T, Error> {
    let size = std::fs::metadata(path).unwrap().len() as usize;
    let (result, bytes, taken) = measured(|| read(path));
    println!("{name}: a file of {size} bytes takes {bytes} bytes and {taken:.2?}");
    let limit = 8 * size + (16 << 20);
    assert!(bytes <= limit, "{name}: {bytes} bytes, expected at most {limit}");
    assert!(taken < Duration::from_secs(1), "{name}: {taken:.2?}, expected less than a second");
    result
}

/// The content of a gzip file of a head and so many bytes of 0.
fn bomb(head: &[u8], zeros: usize) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(head).unwrap();
    let chunk = vec![0; 1 << 20];
    (0..zeros / chunk.len()).for_each(|_| encoder.write_all(&chunk).unwrap());
    encoder.write_all(&chunk[..zeros % chunk.len()]).unwrap();
    encoder.finish().unwrap()
}

/// A block of deflate with codes of its own for two letters and one distance, and no data: values, each of so many bits.
const EMPTY_BLOCK: [(u32, u32); 14] = [
    (0b100, 3),
    (0, 10),      // 257 codes of letters, 1 of a distance
    (14, 4),      // the lengths of 18 codes, in the order 16, 17, 18, 0, …
    (1 << 6, 27), // of which 18, many zeros, …
    (0, 24),
    (1, 3), // … and 1, a code of one bit, have a code
    (0, 1), // the letter 0
    (1, 1),
    (127, 7),
    (1, 1),
    (106, 7), // 138 and 117 letters that have none
    (0, 1),   // the end of the block
    (0, 1),   // the distance
    (1, 1),   // and that end
];

/// The content of a gzip file of 4 MB of such blocks, which no data and no end comes after.
fn endless(block: &[(u32, u32)]) -> Vec<u8> {
    let mut bytes = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0];
    let (mut bits, mut count) = (0u64, 0);
    while bytes.len() < 4 << 20 {
        for &(value, length) in block {
            bits |= u64::from(value) << count;
            count += length;
            while count >= 8 {
                bytes.push(bits as u8);
                bits >>= 8;
                count -= 8;
            }
        }
    }
    bytes
}

#[test]
fn bombs_are_refused() {
    const ZEROS: usize = 128 << 20;
    let folder = Folder::new();
    let extent = ZEROS as u32;
    for (name, content) in [
        ("more than declared", bomb(&idx(8, &[6], &[]), ZEROS)),
        ("one byte less than declared", bomb(&idx(8, &[extent + 1], &[]), ZEROS)),
        ("one byte more than declared", bomb(&idx(8, &[extent - 1], &[]), ZEROS)),
        ("far more declared", bomb(&idx(8, &[u32::MAX, 2], &[]), ZEROS)),
        ("a long header", [&[0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 0][..], &vec![b'x'; 4 << 20]].concat()),
        ("many empty members", gzip(b"").repeat(200_000)),
        ("empty blocks, stored", endless(&[(0b000, 8), (0, 16), (0xffff, 16)])),
        ("empty blocks of the fixed codes", endless(&[(0b010, 3), (0, 7)])),
        ("empty blocks with codes of their own", endless(&EMPTY_BLOCK)),
    ] {
        let path = folder.file("bomb", &content);
        assert!(within_limits(name, &path, read_idx::<AnyArray>).is_err(), "{name}");
    }
    // As much as is taken by default, but for the last byte of the checksum.
    let whole = bomb(&idx(8, &[16 << 20], &[]), 16 << 20);
    let path = folder.file("damaged", &whole[..whole.len() - 1]);
    let read = |path: &Path| read_idx::<Array1<f64>>(path);
    assert!(message(within_limits("eight times as wide in memory", &path, read)).contains("gzip length"));
}

/// The content of an NPZ file of one array `x`, deflated.
fn deflated(npy: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(npy).unwrap();
    let data = encoder.finish().unwrap();
    let mut checksum = flate2::Crc::new();
    checksum.update(npy);
    let [sum, compressed, size] = [checksum.sum(), data.len() as u32, npy.len() as u32].map(u32::to_le_bytes);
    // The version, flags, method 8, time and date; the name has five letters.
    let about = [&[20, 0, 0, 0, 8, 0, 0, 0, 0, 0][..], &sum, &compressed, &size, &[5, 0, 0, 0]].concat();
    let local = [b"PK\x03\x04", &about[..], b"x.npy", &data].concat();
    let central = [b"PK\x01\x02\x14\0", &about[..], &[0; 14], b"x.npy"].concat();
    let places = [central.len() as u32, local.len() as u32].map(u32::to_le_bytes).concat();
    [&local[..], &central, b"PK\x05\x06\0\0\0\0\x01\0\x01\0", &places, &[0, 0]].concat()
}

#[test]
fn bombs_that_say_so_are_refused_unless_asked_for() {
    const ZEROS: usize = 64 << 20;
    let folder = Folder::new();
    let expected =
        |length: usize| format!("expected at most {} bytes for {length} in the file", 8 * length + (16 << 20));
    let help = |length: usize, data: usize| {
        let times = (data - (16 << 20)).div_ceil(length);
        format!("help: `files::Reader::default().expansion({times})` reads it, if the file can be trusted")
    };
    let generous = Reader::default().expansion(1032);

    let content = bomb(&idx(8, &[ZEROS as u32], &[]), ZEROS);
    let path = folder.file("zeros.idx.gz", &content);
    let refused = message(within_limits("zeros, IDX", &path, read_idx::<AnyArray>));
    let data = format!("the data is {ZEROS} bytes: [{ZEROS}] of `u8`");
    let rest = format!("{}\n{}", expected(content.len()), help(content.len(), ZEROS));
    assert_eq!(refused, format!("`zeros.idx.gz`, byte 8 after decompression: {data}, {rest}"));
    assert_eq!(generous.read_idx::<Array1<u8>>(&path).unwrap().len(), ZEROS);
    let just = (ZEROS - (16 << 20)).div_ceil(content.len()) as u32;
    assert_eq!(Reader::default().expansion(just).decode_idx::<Array1<u8>>(&content).unwrap().len(), ZEROS);
    assert!(Reader::default().expansion(just - 1).decode_idx::<Array1<u8>>(&content).is_err());

    let zeros = encode_npy(&Array1::<f32>::zeros(ZEROS / 4));
    let path = folder.file("zeros.npy.gz", &gzip(&zeros));
    assert!(message(within_limits("zeros, NPY", &path, read_npy::<AnyArray>)).contains("expansion("));
    assert_eq!(generous.read_npy::<Array1<f32>>(&path).unwrap().len(), ZEROS / 4);

    let path = folder.file("zeros.npz", &deflated(&zeros));
    let read = |path: &Path| Npz::open(path)?.read::<AnyArray>("x");
    let refused = message(within_limits("zeros, NPZ", &path, read));
    assert!(refused.starts_with("`zeros.npz`, byte 128 of `x.npy`: the data is 67108864 bytes: "), "{refused}");
    assert_eq!(generous.open_npz(&path).unwrap().read::<Array1<f32>>("x").unwrap().len(), ZEROS / 4);

    // What is not large is harmless, however much smaller the file is.
    let path = folder.file("small.idx.gz", &bomb(&idx(8, &[15 << 20], &[]), 15 << 20));
    assert_eq!(read_idx::<Array1<u8>>(&path).unwrap().len(), 15 << 20);
    // A wider type in memory changes nothing: images of bytes are read as `f32`.
    assert_eq!(read_idx::<Array1<f32>>(&path).unwrap().len(), 15 << 20);
}

#[test]
fn claims_of_size_take_no_memory() {
    let folder = Folder::new();
    let header = "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,)}";
    for (name, content) in [
        ("a large shape", npy(header, &[0; 64])),
        ("a large shape, compressed", bomb(&npy(header, &[]), 1 << 20)),
        ("a header of 4 GB", [&b"\x93NUMPY\x02\0\xff\xff\xff\xff"[..], &[b' '; 100]].concat()),
        ("a header of blanks", npy(&" ".repeat(65_535), &[])),
    ] {
        let path = folder.file("large.npy", &content);
        assert!(within_limits(name, &path, read_npy::<AnyArray>).is_err(), "{name}");
    }
}

#[test]
fn archives_take_memory_in_proportion() {
    let folder = Folder::new();
    let arrays =
        (0..20_000).fold(NpzWriter::new(), |npz, number| npz.array(number.to_string(), &Array1::<u8>::zeros(0)));
    let whole = arrays.encode().unwrap();
    for (name, content) in [
        ("a cut archive of many files", &whole[..whole.len() - 1]),
        ("one byte after many files", &[&whole[..], &[0]].concat()),
        ("ends of archives", &b"PK\x05\x06".repeat(1 << 20)),
    ] {
        let path = folder.file("many.npz", content);
        assert!(within_limits(name, &path, |path| Npz::open(path).map(drop)).is_err(), "{name}");
    }
    let path = folder.file("many.npz", &whole);
    let npz = within_limits("many files", &path, Npz::open).unwrap();
    assert_eq!(npz.names().count(), 20_000);
}

/// Fashion-MNIST, if it is there: `../shared/data/fashion-mnist` beside the project.
#[test]
fn fashion_mnist_is_read() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/fashion-mnist");
    if !data.exists() {
        println!("skipped: no `{}`", data.display());
        return;
    }
    let folder = Folder::new();
    for (name, samples) in [("train", 60_000), ("t10k", 10_000)] {
        let path = data.join(format!("{name}-images-idx3-ubyte.gz"));
        let images = within_limits("images", &path, read_idx::<Array3<u8>>).unwrap();
        assert_eq!(images.dim(), (samples, 28, 28));
        let whole = std::fs::read(path).unwrap();
        let path = folder.file("images.gz", &whole[..whole.len() - 1]);
        assert!(within_limits("images but for a byte", &path, read_idx::<Array3<u8>>).is_err());
        let path = data.join(format!("{name}-labels-idx1-ubyte.gz"));
        let labels = within_limits("labels", &path, read_idx::<Array1<u8>>).unwrap();
        let mut counts = [0; 10];
        labels.iter().for_each(|&label| counts[usize::from(label)] += 1);
        assert_eq!(counts, [samples / 10; 10]);
    }
}
