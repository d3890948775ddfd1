"""Small valid files for every reader, from which damaged ones are made."""

from __future__ import annotations

import io
import json
import tempfile
import warnings
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import h5py
import ismrmrd
import numpy as np
import scipy.io
import tifffile
import torch
from PIL import Image as Pillow
from safetensors.torch import save as save_tensors

from recon_cli.engine.priors.dictionary.reweighting import Reweighting
from recon_cli.engine.priors.dictionary.weights_network import WeightsNetwork
from recon_cli.files.kspace.cfl import to_cfl, write_cfl
from recon_cli.files.parameters import Parameters, write_parameters
from recon_cli.models.checkpoint import save_checkpoint
from recon_cli.models.dictionary import Dictionary, normalise, save_dictionary
from recon_cli.models.penalties import Penalties
from recon_cli.models.ridge import Ridge, Strength, save_ridge
from recon_cli.models.tuned import Level, Tuned
from recon_cli.workflows.training.configure import configure
from recon_cli.workflows.tune.evaluation import Evaluation
from recon_cli.workflows.tune.log import SearchLog

_RNG = np.random.default_rng(3)
GREY = _RNG.integers(0, 256, (14, 12), dtype=np.uint8)
RGBA = _RNG.integers(0, 256, (14, 12, 4), dtype=np.uint8)
STACK = _RNG.integers(0, 65536, (3, 14, 12), dtype=np.uint16)
KSPACE = (_RNG.standard_normal((2, 2, 6, 8)) + 1j * _RNG.standard_normal((2, 2, 6, 8))).astype(np.complex64)
MASK = np.arange(8) % 2 == 0
SMALL_TRAINING = {
    "sigma": 25, "atoms": 6, "patch_size": 4, "crop_size": 12, "margin": 1, "batch": 2, "train_steps": 3,
    "validate_every": 1, "tune": False,
}  # fmt: skip
TRAINING_CONFIGURATION = "".join(
    f"{name} = {json.dumps(value)}\n" for name, value in SMALL_TRAINING.items()
).encode()
MARK = "0123456789abcdef"


def saved(write: Callable[[Path], object], suffix: str) -> bytes:
    """Return the bytes of a file that something writes to a path."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / f"seed{suffix}"
        write(place)
        return place.read_bytes()


def buffered(write: Callable[[io.BytesIO], object]) -> bytes:
    """Return the bytes that something writes to an open file."""
    # NumPy warns of names of fields that only its newer formats can hold
    with warnings.catch_warnings(action="ignore", category=UserWarning):
        write(buffer := io.BytesIO())
    return buffer.getvalue()


def picture(array: np.ndarray, image_format: str, **options: Any) -> bytes:
    """Return an image file by Pillow."""
    return buffered(lambda file: Pillow.fromarray(array).save(file, image_format, **options))


def tiff(array: np.ndarray, **options: Any) -> bytes:
    """Return a TIFF."""
    return buffered(lambda file: tifffile.imwrite(file, array, **options))


def npz(**arrays: np.ndarray) -> bytes:
    """Return an npz file."""
    return buffered(lambda file: np.savez_compressed(file, **arrays))


def npy(array: np.ndarray) -> bytes:
    """Return an npy file."""
    return buffered(lambda file: np.save(file, array))


def hdf5(datasets: dict[str, Any], userblock: bytes = b"", **options: Any) -> bytes:
    """Return an HDF5 file, with a block before it as MATLAB 7.3 has."""

    def write(place: Path) -> None:
        with h5py.File(place, "w", userblock_size=512 if userblock else 0) as file:
            for name, values in datasets.items():
                file.create_dataset(name, data=values, **(options if np.ndim(values) else {}))
        if userblock:
            with place.open("rb+") as file:
                file.write(userblock)

    return saved(write, ".h5")


MATLAB_73 = b"MATLAB 7.3 MAT-file, by hand".ljust(124) + b"\x00\x02IM"


def ismrmrd_header(height: int = 6, width: int = 8) -> bytes:
    """Return the XML of a 2-D Cartesian acquisition."""
    xsd = ismrmrd.xsd
    space = xsd.encodingSpaceType(
        matrixSize=xsd.matrixSizeType(x=width, y=height, z=1),
        fieldOfView_mm=xsd.fieldOfViewMm(x=16.0, y=18.0, z=5.0),
    )
    limits = xsd.encodingLimitsType()
    limits.kspace_encoding_step_1 = xsd.limitType(minimum=0, maximum=height - 1, center=0)
    encoding = xsd.encodingType(
        encodedSpace=space,
        reconSpace=space,
        encodingLimits=limits,
        trajectory=xsd.trajectoryType("cartesian"),
    )
    conditions = xsd.experimentalConditionsType(H1resonanceFrequency_Hz=63500000)
    return xsd.ismrmrdHeader(experimentalConditions=conditions, encoding=[encoding]).toXML().encode()


def _write_ismrmrd(place: Path) -> None:
    with ismrmrd.Dataset(place, mode="w") as file:
        file.write_xml_header(ismrmrd_header())
        for row in range(6):
            acquisition = ismrmrd.Acquisition.from_array(np.ascontiguousarray(KSPACE[0, :, row]))
            acquisition.idx.kspace_encode_step_1 = row
            file.append_acquisition(acquisition)


def _write_log(place: Path) -> None:
    with SearchLog(place, MARK, resume=False, kind=Tuned) as log:
        log.record(Evaluation(Tuned(0.4, 3e-4), 28.1, 28.1, 25, False))
        log.record(Evaluation(Tuned(0.1, 1e-4, 0.11), 0.3, None, 10, True))


def small_dictionary() -> Dictionary:
    """Return a dictionary of six atoms of 4 x 4 pixels."""
    levels = {"full": (Level(2, Tuned(0.1, 1e-4), 40.0), Level(9, Tuned(0.2, 2e-4), 35.0))}
    tuned = {("denoise", "full"): Tuned(0.4, 3e-4), ("denoise", "early-stop"): Tuned(0.3, 1e-3, 0.08)}
    atoms = normalise(torch.randn(16, 6, generator=torch.Generator().manual_seed(0)))
    return Dictionary(atoms, "mean-free", 5, tuned, {"seed": 3}, levels=levels)


def reweighted_dictionary() -> Dictionary:
    """Return the same with penalties at two noise levels, and a rule that weights them."""
    penalties = Penalties((2, 9), torch.linspace(0.5, 1.5, 12).view(2, 6))
    rule = Reweighting(torch.tensor(2.5), torch.linspace(0.01, 0.1, 6)[:, None], torch.tensor(0.75))
    return replace(small_dictionary(), penalties=penalties, reweighting=rule)


def adaptive_dictionary() -> Dictionary:
    """Return the same with a network that corrects the weights."""
    made = reweighted_dictionary()
    assert made.reweighting is not None
    network = WeightsNetwork.initial(6, made.stride, 3, (1, 2), torch.Generator().manual_seed(0))
    return replace(made, reweighting=replace(made.reweighting, network=network))


def small_ridge() -> Ridge:
    """Return a ridge regulariser of two filters of 3 x 3 pixels."""
    generator = torch.Generator().manual_seed(0)
    kernels, rises = torch.randn(2, 3, 3, generator=generator), torch.rand(2, 4, generator=generator)
    levels = (Level(2, Strength(1.0, 1.0), 40.0), Level(9, Strength(2.0, 1.0), 35.0))
    return Ridge(
        kernels, rises, torch.ones(2), 5, {"denoise": Strength(2.0, 1.0)}, {"seed": 3}, levels=levels
    )


def small_checkpoint() -> Any:
    """Return the checkpoint of a training of SMALL_TRAINING that has not begun."""
    from recon_cli.workflows.training.subjects import subject_of
    from recon_cli.workflows.training.team import Team
    from recon_cli.workflows.training.trainer import Trainer

    images = [torch.from_numpy(GREY / np.float32(255))]
    configuration = configure(SMALL_TRAINING)
    make = partial(subject_of, configuration, None)
    return Trainer(configuration, images, make, "data", Team(0, 1, "cpu")).checkpoint()


def exif() -> bytes:
    """Return EXIF data with directories of the camera and of the place."""
    data = Pillow.Exif()
    data[271], data[274] = "maker", 6
    data.get_ifd(0x8769).update({36867: "2020:01:02 03:04:05", 37500: b"notes" * 9, 33434: 0.008})
    data.get_ifd(0x8825).update({1: "N", 2: (12.0, 34.0, 56.5)})
    return data.tobytes()


def _unlike(file: io.BytesIO, ome: bool) -> None:
    """Write images of several sizes, one with a level of lower resolution."""
    described = {} if ome else {"metadata": None}
    with tifffile.TiffWriter(file, ome=ome) as writer:
        writer.write(STACK, subifds=1, photometric="minisblack", **described)
        writer.write(STACK[:, ::2, ::2], subfiletype=1, photometric="minisblack", **described)
        writer.write(GREY[:9, :7], photometric="minisblack", **described)


def _cfl() -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "seed.cfl"
        write_cfl(place, to_cfl(KSPACE, (2,)))
        return {"cfl": place.read_bytes(), "hdr": place.with_suffix(".hdr").read_bytes()}


@lru_cache
def seeds() -> dict[str, tuple[bytes, ...]]:
    """Return valid files by reader, see `targets.TARGETS`; of BART's pair one file, header first."""
    first, *others = [Pillow.fromarray(plane) for plane in STACK]
    grey8 = {"photometric": "minisblack"}
    parameters = Parameters(
        "denoise",
        "model",
        "full",
        "sigma25-mean-free",
        {"beta": 0.4, "lam": 3e-4},
        None,
        25.0,
        "psnr",
        28.5,
        ("a.png",),
    )
    cfl = _cfl()
    real = np.abs(KSPACE[0, 0])
    return {
        "png": (
            picture(GREY, "png", dpi=(300, 300)),
            picture(RGBA, "png"),
            picture(STACK[0], "png"),
            buffered(lambda file: Pillow.fromarray(RGBA[..., :3]).quantize(7).save(file, "png")),
        ),
        "jpeg": (
            picture(GREY, "jpeg"),
            picture(RGBA[..., :3], "jpeg", dpi=(72, 72), exif=exif()),
            buffered(lambda file: Pillow.frombytes("CMYK", (12, 14), RGBA.tobytes()).save(file, "jpeg")),
        ),
        "tiff": (
            tiff(STACK, **grey8),
            tiff(STACK, imagej=True),
            tiff(STACK, ome=True),
            tiff(STACK, metadata=None, compression="zlib", predictor=True, byteorder=">", **grey8),
            tiff(STACK, metadata=None, compression="lzw", **grey8),
            tiff(STACK, metadata=None, compression="zstd", bigtiff=True, **grey8),
            tiff(GREY, metadata=None, compression="packbits", **grey8),
            tiff(GREY, metadata=None, compression="jpeg", tile=(16, 16), **grey8),
            tiff(RGBA, metadata=None, planarconfig="separate", photometric="rgb", rowsperstrip=4),
            tiff(np.float32(GREY / 255), metadata=None, compression="zlib", predictor=True, **grey8),
            buffered(lambda file: first.save(file, "TIFF", save_all=True, append_images=others)),
            picture(RGBA[..., :3], "tiff", exif=exif()),
            tiff(RGBA, metadata=None, photometric="separated", planarconfig="contig"),
            buffered(partial(_unlike, ome=False)),
            buffered(partial(_unlike, ome=True)),
        ),
        "npy": (npy(GREY), npy(np.float32(STACK / 65535)), npy(STACK.astype(">u2"))),
        "npz": (npz(image=GREY), npz(image=np.float16(RGBA / 255))),
        "kspace npy": (npy(KSPACE), npy(KSPACE[0, 0].astype(">c16"))),
        "kspace npz": (npz(kspace=KSPACE[0], mask=MASK, maps=KSPACE[1]), npz(data=KSPACE)),
        "kspace mat5": tuple(
            buffered(lambda f, c=packed: scipy.io.savemat(f, {"kspace": KSPACE, "m": MASK}, do_compression=c))
            for packed in (False, True)
        ),
        "kspace mat73": (
            hdf5({"kspace": KSPACE, "m": real}, MATLAB_73),
            hdf5({"kspace": KSPACE}, MATLAB_73, compression="gzip", chunks=True),
        ),
        "kspace fastmri": (
            hdf5({"kspace": KSPACE, "mask": MASK.astype(np.float32)}),
            hdf5({"kspace": KSPACE}, compression="gzip", shuffle=True, fletcher32=True, chunks=(1, 2, 6, 8)),
            hdf5({"kspace": KSPACE}, compression="lzf", chunks=(1, 1, 6, 8)),
        ),
        "kspace ismrmrd": (saved(_write_ismrmrd, ".h5"),),
        "kspace cfl": (cfl["cfl"],),
        "kspace hdr": (cfl["hdr"],),
        "mask": (
            npy(MASK),
            npz(mask=MASK),
            picture(255 * MASK.astype(np.uint8), "png"),
            buffered(lambda file: scipy.io.savemat(file, {"mask": real > 1})),
        ),
        "maps": (
            npy(KSPACE[0]),
            npz(maps=KSPACE[0]),
            buffered(lambda f: scipy.io.savemat(f, {"maps": KSPACE[0]})),
        ),
        "reference": (npy(real), hdf5({"reconstruction_rss": real[None]}), picture(GREY, "png")),
        "parameters": (saved(lambda place: write_parameters(place, parameters), ".toml"),),
        "configuration": (TRAINING_CONFIGURATION,),
        "dictionary": (
            saved(lambda place: save_dictionary(place, small_dictionary()), ".safetensors"),
            saved(lambda place: save_dictionary(place, reweighted_dictionary()), ".safetensors"),
            saved(lambda place: save_dictionary(place, adaptive_dictionary()), ".safetensors"),
        ),
        "ridge": (saved(lambda place: save_ridge(place, small_ridge()), ".safetensors"),),
        "checkpoint": (
            saved(lambda place: save_checkpoint(place, small_checkpoint()), ".checkpoint"),
            save_tensors({"raw": torch.ones(2)}, {"recon": "{}"}),
        ),
        "tune log": (saved(_write_log, ".jsonl"),),
        "training log": (b'{"step": 1, "loss": 0.5}\n{"step": 2, "loss": 0.4, "validation": 20.1}\n',),
    }
