from __future__ import annotations

import json
import re
from pathlib import Path

import h5py
import nibabel
import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image

from recon_cli.quality.metrics import nrmse

from .run import recon, recon_here

WEIGHTS = ["--beta", 0.05, "--lam", 1.5e-4]
QUICK = [*WEIGHTS, "--mode", "unrolled"]


def _read(path: Path) -> NDArray[np.generic]:
    with Image.open(path) as image:
        return np.asarray(image)


@pytest.fixture
def scan(photograph: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder with `full.npy`, k-space of `clean.png`, and `half.npy`, of which half is zero."""
    clean = _read(photograph / "clean.png") / 255
    samples = np.fft.fftshift(np.fft.fft2(np.fft.ifftshift(clean), norm="ortho")).astype(np.complex64)
    np.save(photograph / "full.npy", samples)
    mask = np.random.default_rng(0).random(clean.shape) < 0.4
    mask[20:28, 16:24] = True
    np.save(photograph / "mask.npy", mask)
    np.save(photograph / "half.npy", samples * mask)
    monkeypatch.chdir(photograph)
    return photograph


def test_a_picture_is_measured_and_reconstructed_with_a_certificate(photograph: Path) -> None:
    done = recon("mri", "--simulate", "clean.png", "--mask", "random", "--ratio", 0.4, "--sigma", 5,
                 "-o", "kspace.npy", folder=photograph)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "48 x 40, 40.0% sampled, noise 5/255" in done.stderr
    samples = np.load(photograph / "kspace.npy")
    assert (samples.shape, samples.dtype) == ((48, 40), np.complex64)
    assert (samples != 0).mean() == pytest.approx(0.4, abs=0.001)
    done = recon("mri", "kspace.npy", *WEIGHTS, "--reference", "clean.png", "--figure", "all.pdf",
                 "--zero-filled", "start.tif", folder=photograph)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    gap = re.search(r"certified gap\s+(\S+)", done.stderr)
    assert gap is not None
    assert 0 <= float(gap[1]) <= 1  # of first order, see --mode full
    for word in ("npy: y 48, x 40", "40.0% of k-space, centred FFT, one coil", "real, k-space scaled",
                 "settled (admm)", "adaptive, beta 0.05, lam 0.00015", "SSIM",
                 "NRMSE"):  # fmt: skip
        assert word in done.stderr
    said = " ".join(done.stderr.split())
    assert "estimated distance from the minimum, in grey levels, below 0." in said
    assert "; --mode full --model adaptive proves" in said
    for measure in ("PSNR", "SSIM", "NRMSE"):
        found = re.search(measure + r"\s+(\S+).*zero-filled (\d+\.\d+)", done.stderr)
        assert found is not None
        result, start = float(found[1]), float(found[2])
        assert result < start if measure == "NRMSE" else result > start
    clean = _read(photograph / "clean.png") / 255
    result, start = np.load(photograph / "kspace_recon.npy"), tifffile.imread(photograph / "start.tif")
    assert (result.shape, result.dtype, start.shape) == ((48, 40), np.float32, (48, 40))
    assert nrmse(result, clean) < 0.8 * nrmse(start, clean)
    proof = ["--mode", "full", "--model", "sigma25-minimum", "--tol", 0.01, "-o", "proven.npy"]
    done = recon("mri", "kspace.npy", *proof, folder=photograph)
    assert done.returncode == 0, done.stderr
    gap = re.search(r"certified gap\s+(\S+)", done.stderr)
    assert gap is not None
    assert 0 <= float(gap[1]) <= 0.01
    assert (photograph / "all.pdf").read_bytes().startswith(b"%PDF")


def test_the_command_that_the_report_names_for_a_proof_can_be_typed(scan: Path) -> None:
    """Its model has no strengths for MRI as such: they follow from the noise, which is read with the file."""
    done = recon_here("mri", "half.npy", "--max-iter", 1, "-o", "settled.npy")
    named = re.search(r"; (--mode full --model \S+) proves", " ".join(done.stderr.split()))
    assert named is not None
    done = recon_here("mri", "half.npy", *named[1].split(), "--max-iter", 1, "-o", "proven.npy")
    assert done.exit_code == 0, done.stderr
    assert "NOT CONVERGED" in done.stderr


@pytest.mark.slow
def test_full_proves_what_the_report_of_the_default_promises(scan: Path) -> None:
    lines = {}
    command = ["mri", "half.npy", *WEIGHTS, "--model", "sigma25-minimum", "--json"]
    for mode in ("settled", "full"):
        done = recon_here(*command, "--mode", mode, "-o", f"by-{mode}.npy")
        assert done.exit_code == 0, done.stderr
        lines[mode] = json.loads(done.stdout)
        assert (lines[mode]["mode"], lines[mode]["converged"], lines[mode]["distance"]) == (mode, True, None)
    assert 0 <= lines["full"]["gap"] <= 1e-3
    assert "full (admm)" in done.stderr
    assert "--mode full" not in done.stderr
    settled, full = (np.load(scan / f"by-{mode}.npy") for mode in lines)
    assert nrmse(settled, full) < 0.01


@pytest.mark.slow
def test_borders_are_taken_like_the_middle_or_as_in_the_paper(scan: Path) -> None:
    results = {}
    for flags in ([], ["--border", "extend"], ["--border", "paper"]):
        done = recon_here("mri", "half.npy", *QUICK, *flags, "--json", "-o", "out.npy", "--overwrite")
        assert done.exit_code == 0, done.stderr
        border = json.loads(done.stdout)["border"]
        results.setdefault(border, []).append(np.load(scan / "out.npy"))
    assert set(results) == {"extend", "paper"}
    (usual, extended), (paper,) = results["extend"], results["paper"]
    np.testing.assert_array_equal(usual, extended)
    assert 0 < nrmse(paper, usual) < 0.2


def test_json_and_quiet(scan: Path) -> None:
    done = recon_here("mri", "half.npy", *QUICK, "--reference", "clean.png", "--json", "-q")
    assert (done.exit_code, done.stderr) == (0, "")
    line = json.loads(done.stdout)
    assert (line["input"], line["output"], line["frames"], line["image"]) == (
        "half.npy", "half_recon.npy", 1, "real"
    )  # fmt: skip
    assert (line["mode"], line["beta"], line["lam"], line["iterations"]) == ("unrolled", 0.05, 1.5e-4, 2)
    assert (line["border"], line["distance"], line["threads"]) == ("extend", None, 1)
    assert line["sampled"] == pytest.approx((np.load(scan / "half.npy") != 0).mean())
    assert line["psnr"] > line["psnr_zero_filled"]
    assert line["warnings"] == []


@pytest.mark.slow
@pytest.mark.parametrize(("factor", "dtype"), [(1e-30, "c8"), (1e30, "c8"), (1e60, "c16")])
def test_values_of_any_size(scan: Path, factor: float, dtype: str) -> None:
    half = np.load("half.npy")
    np.save("large.npy", (half.astype(complex) * factor).astype(dtype))
    for given in (True, False):
        told = []
        for name, times in (("half", 1), ("large", factor)):
            options = [f"--scale={0.5 / times}", f"--noise-level={0.02 * times}"] if given else []
            options += ["--method", "tv", "--json"]
            done = recon_here("mri", f"{name}.npy", *options, "-o", f"{name}_made.npy", "--overwrite")
            assert done.exit_code == 0, done.stderr
            told.append(json.loads(done.stdout))
        one, other = np.load("half_made.npy"), np.load("large_made.npy")
        np.testing.assert_allclose(other / factor, one, atol=1e-3)
        assert other.dtype == (np.float64 if factor == 1e60 else np.float32)
        for quantity in ("noise", "bound"):
            assert told[1][quantity] / factor == pytest.approx(told[0][quantity], rel=1e-3)
        assert told[1]["scale"] * factor == pytest.approx(told[0]["scale"], rel=1e-3)


def test_a_stack_is_simulated_slice_by_slice(scan: Path) -> None:
    clean = _read(scan / "clean.png")
    tifffile.imwrite(scan / "stack.tif", np.stack([clean, clean[::-1]]), photometric="minisblack")
    done = recon_here("mri", "--simulate", "stack.tif", "--mask", "random", "-q", "--json")
    assert (done.exit_code, done.stderr) == (0, "")
    line = json.loads(done.stdout)
    assert (line["output"], line["frames"], line["height"], line["width"]) == ("stack_kspace.npy", 2, 48, 40)
    assert line["sampled"] == pytest.approx(0.3, abs=0.01)
    done = recon_here("mri", "stack_kspace.npy", *QUICK, "--reference", "stack.tif")
    assert done.exit_code == 0, done.stderr
    assert np.load(scan / "stack_kspace_recon.npy").shape == (2, 48, 40)
    assert float(re.search(r"PSNR\s+(\S+) dB", done.stderr)[1]) > 20  # type: ignore[index]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["k.npz", "k.cfl", "k.h5"])
@pytest.mark.parametrize("fft", ["centered", "uncentered"])
def test_simulated_k_space_of_every_format_is_read_again(scan: Path, name: str, fft: str) -> None:
    flags = ["--fft", fft, "-o", name, "--mask", "cartesian", "--seed", 3]
    done = recon_here("mri", "--simulate", "clean.png", *flags)
    assert done.exit_code == 0, done.stderr
    done = recon_here("mri", name, *QUICK, "--fft", fft, "--reference", "clean.png")
    assert done.exit_code == 0, done.stderr
    assert "30.0% of k-space" in done.stderr
    assert "warning" not in done.stderr
    assert np.load(scan / "k_recon.npy").squeeze().shape == (48, 40)


def _frames(path: Path) -> NDArray[np.generic]:
    """Read a result with the programs of others, `(height, width)`."""
    name = path.name
    if name.endswith(".npy"):
        return np.load(path)
    if name.endswith(".cfl"):
        return np.fromfile(path, np.complex64).reshape(40, 48).T
    if name.endswith(".h5"):
        with h5py.File(path) as file:
            return file["reconstruction"][0]
    if name.endswith(".tif"):
        return tifffile.imread(path)
    if ".nii" in name:
        return np.asarray(nibabel.load(path).dataobj)[..., 0].T
    return _read(path)


@pytest.mark.slow
def test_every_suffix_holds_the_same_image(scan: Path) -> None:
    images = {}
    for name in ("r.npy", "r.cfl", "r.h5", "r.png", "r.tif", "r.nii", "r.nii.gz"):
        done = recon_here("mri", "half.npy", *QUICK, "-o", name, "--steps", 1)
        assert done.exit_code == 0, done.stderr
        images[name] = _frames(scan / name)
    reference = images["r.npy"]
    for name, image in images.items():
        assert image.shape == (48, 40)
        scaled = image / 65535 * reference.max() if name == "r.png" else image
        np.testing.assert_allclose(scaled, reference, atol=1e-4)


@pytest.mark.slow
def test_the_formats_of_one_frame_are_chosen_by_output_and_image(scan: Path) -> None:
    kinds = {}
    for image, output in (("real", "complex"), ("complex", "complex"), ("complex", "magnitude")):
        name = f"{image}-{output}.npy"
        flags = ["--image", image, "--values", output, "-o", name]
        done = recon_here("mri", "half.npy", *QUICK, *flags)
        assert done.exit_code == 0, done.stderr
        kinds[image, output] = np.load(scan / name)
    assert kinds["real", "complex"].dtype == np.float32
    assert kinds["complex", "complex"].dtype == np.complex64
    assert kinds["complex", "magnitude"].dtype == np.float32
    magnitude = np.abs(kinds["complex", "complex"])
    np.testing.assert_allclose(kinds["complex", "magnitude"], magnitude, atol=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--mask", "mask.npy"], "% of k-space"),
        (["--mask", "radial", "--ratio", 0.5], "49.9% of k-space"),
        (["--mask", "cartesian", "--seed", 4, "--scale", 1], "scaled by 1,"),
        (
            ["--mask", "random", "--mode", "early-stop", "--tol", 3e-2],
            "early-stop (coordinate descent, exact)",
        ),
        (["--mask", "radial", "--mode", "full", "--solver", "ipalm", "--tol", 1e-3], "full (ipalm)"),
        (["--mask", "radial", "--mode", "full", "--max-iter", 2], "NOT CONVERGED"),
        (["--mask", "radial", "--axes", "yx", "--device", "cpu"], "y 48, x 40"),
    ],
)
def test_every_option_reconstructs(scan: Path, flags: list[object], said: str) -> None:
    done = recon_here("mri", "full.npy", *QUICK, *flags, "--figure", "all.png")
    assert done.exit_code == 0, done.stderr
    assert said in done.stderr
    assert np.load(scan / "full_recon.npy").shape == (48, 40)
    assert _read(scan / "all.png").ndim == 3


@pytest.mark.slow
def test_coils_with_given_maps_and_frames_with_masks_of_their_own(scan: Path) -> None:
    clean = _read(scan / "clean.png") / 255
    ramp = np.linspace(0.3, 0.9, 40)
    maps = np.stack([ramp * np.ones((48, 1)), 1j * np.sqrt(1 - ramp**2) * np.ones((48, 1))])
    images = np.fft.ifftshift(maps * clean, (1, 2))
    samples = np.fft.fftshift(np.fft.fft2(images, norm="ortho"), (1, 2))
    masks = np.random.default_rng(2).random((2, 1, 48, 40)) < 0.5
    masks[:, :, 20:28, 16:24] = True
    np.save(scan / "coils.npy", (samples * masks).astype(np.complex64))
    np.save(scan / "maps.npy", maps.astype(np.complex64))
    np.save(scan / "truth.npy", np.stack([clean, clean]))
    flags = ["--maps", "maps.npy", "--reference", "truth.npy", "--figure", "all.svg", "-o", "out.h5"]
    done = recon_here("mri", "coils.npy", *QUICK, *flags)
    assert done.exit_code == 0, done.stderr
    for word in ("slice 2, coil 2, y 48, x 40", "2 coils, maps given", "(2 frames)", "complex, k-space"):
        assert word in done.stderr
    with h5py.File(scan / "out.h5") as file:
        result = file["reconstruction"][:]
    assert result.shape == (2, 48, 40)
    assert max(nrmse(image, clean) for image in result) < 0.2


@pytest.mark.slow
def test_an_origin_in_the_corner_is_warned_of(scan: Path) -> None:
    np.save(scan / "corner.npy", np.fft.ifftshift(np.load(scan / "full.npy")))
    flags = ["--mask", "radial", "--image", "complex"]
    done = recon_here("mri", "corner.npy", *QUICK, *flags)
    assert done.exit_code == 0, done.stderr
    assert "warning: most of k-space's energy" in done.stderr
    assert "else give --fft uncentered" in done.stderr


@pytest.mark.slow
def test_textbook_k_space_is_warned_of_and_comes_out_in_its_place(scan: Path) -> None:
    clean = _read(scan / "clean.png") / 255
    np.save(scan / "textbook.npy", np.fft.fftshift(np.fft.fft2(clean)).astype(np.complex64))
    done = recon_here("mri", "textbook.npy", *QUICK, "--mask", "radial", "--ratio", 0.6)
    assert done.exit_code == 0, done.stderr
    assert "else give --fft shifted" in done.stderr
    flags = ["--mask", "radial", "--ratio", 0.6, "--fft", "shifted", "--overwrite"]
    done = recon_here("mri", "textbook.npy", *QUICK, *flags)
    assert done.exit_code == 0, done.stderr
    assert "warning" not in done.stderr
    assert "shifted FFT" in done.stderr
    # the transform of textbooks is not orthonormal, and the result is in its units
    assert nrmse(np.load(scan / "textbook_recon.npy") / clean.size**0.5, clean) < 0.2


def test_shifted_k_space_is_simulated(scan: Path) -> None:
    done = recon_here(
        "mri", "--simulate", "clean.png", "--ratio", 1, "--fft", "shifted", "-o", "k.npy", "--json"
    )
    assert done.exit_code == 0, done.stderr
    assert '"fft": "shifted"' in done.stdout
    wanted = np.fft.fftshift(np.fft.fft2(_read(scan / "clean.png") / 255, norm="ortho"))
    np.testing.assert_allclose(np.load(scan / "k.npy"), wanted, atol=1e-4)


def test_coils_in_the_last_axis_are_refused_with_the_option_that_mends_it(scan: Path) -> None:
    coils = np.load(scan / "full.npy")[..., None] * np.array([1, 1j, -1, -1j], np.complex64)
    np.save(scan / "last.npy", coils)
    done = recon_here("mri", "last.npy", *QUICK, "--mask", "radial")
    assert done.exit_code == 2
    assert "48 coils of 40 x 4 pixels; give --axes yxc if those are its axes" in done.stderr


@pytest.mark.parametrize("mode", ["unrolled", "early-stop"])
def test_a_mode_without_parameters_is_refused_with_the_one_to_take(scan: Path, mode: str) -> None:
    done = recon_here("mri", "half.npy", "--mode", mode)
    assert done.exit_code == 2
    assert "less well than --mode full; give --beta and --lam" in " ".join(done.stderr.split())


@pytest.mark.slow
def test_overwrite_replaces(scan: Path) -> None:
    (scan / "out.npy").write_bytes(b"old")
    done = recon_here("mri", "half.npy", *QUICK, "-o", "out.npy", "--overwrite")
    assert done.exit_code == 0, done.stderr
    assert np.load(scan / "out.npy").shape == (48, 40)
    done = recon_here("mri", "--simulate", "clean.png", "-o", "out.npy", "--overwrite")
    assert done.exit_code == 0, done.stderr
    assert np.load(scan / "out.npy").dtype == np.complex64


def _bad_files(folder: Path) -> None:
    full = np.load(folder / "full.npy")
    np.save(folder / "real.npy", full.real)
    np.save(folder / "small.npy", full[:8, :8])
    np.save(folder / "two.npy", np.stack([full, full])[:, None])
    np.save(folder / "wrong.npy", np.ones((48, 41)))
    np.save(folder / "other.npy", np.ones((64, 64)))
    np.save(folder / "maps.npy", np.ones((3, 48, 40), np.complex64))
    np.save(folder / "pair.npy", np.stack([full, full]))


BAD: list[tuple[list[object], int, str]] = [
    ([], 2, "give a file of k-space, or --simulate IMAGE"),
    (["full.npy", "--simulate", "clean.png"], 2, "either k-space or --simulate IMAGE, not both"),
    (["real.npy", *QUICK], 1, "real.npy holds real values (float32), but k-space is complex"),
    (["small.npy", *QUICK], 1, "8 x 8 pixels, smaller than a patch of 10 x 10"),
    (["full.npy", *QUICK, "--mask", "wrong.npy"], 1, "wrong.npy has shape (48, 41), but k-space has 48 rows"),
    (["half.npy", *QUICK, "--mask", "radial"], 2, "k-space is already undersampled"),
    (["full.npy", *QUICK, "--mask", "radial", "--ratio", 0], 2, "--ratio has to be above 0"),
    (["full.npy", *QUICK, "--axes", "yxz"], 2, "the axes 'yxz' hold 'z'"),
    (["pair.npy", *QUICK, "--maps", "maps.npy"], 1, "coil maps have shape (3, 48, 40)"),
    (["full.npy", *QUICK, "--reference", "other.npy"], 1, "the reference has shape (1, 64, 64)"),
    (["two.npy", *QUICK, "-o", "two.png"], 2, "a PNG holds one"),
    (["full.npy", "--tol", 0], 2, "--tol has to be a positive number"),
    (["full.npy", *QUICK, "-o", "out.jpg"], 2, "its name has to end in .npy, .cfl"),
    (["full.npy", *QUICK, "--zero-filled", "mask.npy"], 1, "mask.npy exists"),
    (["full.npy", *QUICK, "--zero-filled", "full_recon.npy"], 2, "two results have the same name"),
    (["full.npy", "new.npy"], 2, "new.npy does not exist; the name of a result goes after -o"),
    (["full.npy", *QUICK, "--mask", "raidal"], 2, "is no file and no pattern; did you mean radial?"),
    (["--simulate", "clean.png", "--mask", "Random"], 2, "did you mean random?"),
    (["--simulate", "full.npy"], 1, "full.npy"),
    (["--simulate", "clean.png", "-o", "out.png"], 2, "its name has to end in .npy, .npz, .cfl, .h5"),
    (["--simulate", "clean.png", "--mask", "wrong.npy"], 1, "wrong.npy has shape (48, 41)"),
    (["--simulate", "clean.png", "--ratio", 2], 2, "--ratio has to be above 0"),
]


@pytest.mark.parametrize(("arguments", "code", "said"), BAD)
def test_bad_input_is_one_clear_sentence_before_any_work(
    scan: Path, arguments: list[object], code: int, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _bad_files(scan)
    monkeypatch.setattr("recon_cli.priors.dictionary.minimise", None)
    before = {path: path.read_bytes() for path in scan.iterdir()}
    done = recon_here("mri", *arguments)
    assert done.exit_code == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert "unexpected" not in done.stderr
    assert done.stdout == ""
    assert {path: path.read_bytes() for path in scan.iterdir()} == before
