// Denoise the image that is open in ImageJ or Fiji by the command recon, and open the result.
//
// Slices, colours and calibration stay. In a run without windows the argument of the macro gives the choices:
//   image=[/path/in.tif] result=[/path/out.tif] recon=[/path/to/recon] sigma=auto mode=settled

arguments = getArgument();
if (arguments == "") {
    recon = call("ij.Prefs.get", "recon.command", "recon");
    Dialog.create("Denoise with recon");
    Dialog.addString("Noise level, in 8-bit grey levels, or auto", "auto");
    Dialog.addChoice("Mode", newArray("settled", "full", "unrolled"));
    Dialog.addString("Command, with its folder where ImageJ does not find it", recon, 40);
    Dialog.show();
    sigma = Dialog.getString();
    mode = Dialog.getChoice();
    recon = Dialog.getString();
    call("ij.Prefs.set", "recon.command", recon);
    result = "";
} else {
    sigma = choice("sigma", "auto");
    mode = choice("mode", "settled");
    recon = choice("recon", "recon");
    result = choice("result", "");
    setBatchMode(true);
    open(choice("image", ""));
}
denoise(recon, sigma, mode, result);

function choice(name, usual) {
    found = call("ij.Macro.getValue", arguments, name, usual);
    return found;
}

// Denoise the current image; show the result, or save it where a place is given.
function denoise(recon, sigma, mode, result) {
    title = getTitle();
    getVoxelSize(width, height, depth, unit);
    Stack.getDimensions(columns, rows, channels, slices, frames);
    interval = Stack.getFrameInterval();
    start = getDirectory("temp") + "recon_" + d2s(getTime(), 0);
    noisy = start + "_noisy.tif";
    clean = start + "_clean.tif";
    run("Duplicate...", "title=recon duplicate"); // so that the open image keeps its name and its file
    saveAs("Tiff", noisy);
    close();
    showStatus("recon denoises " + title);
    said = exec(recon, "denoise", noisy, "-o", clean, "--sigma", sigma, "--mode", mode, "--json");
    File.delete(noisy);
    if (!File.exists(clean))
        exit("recon made no result. " + said + "\nIn a terminal it says why: recon denoise FILE.tif -o RESULT.tif --sigma "
            + sigma + " --mode " + mode);
    open(clean);
    File.delete(clean);
    rename(title + " denoised");
    setVoxelSize(width, height, depth, unit);
    if (channels * slices * frames > 1) {
        Stack.setDimensions(channels, slices, frames);
        Stack.setFrameInterval(interval);
    }
    setMetadata("Info", "recon: " + said + getMetadata("Info"));
    if (result != "") {
        saveAs("Tiff", result);
        close();
    }
}
