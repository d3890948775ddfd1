#!/bin/sh
# Make the bundled models again: sh train_bundled.sh BSD400 SET12, folders of images.
# About 13 hours on two cores; after an interruption the same command goes on.
set -eu
folder=$(dirname "$0")
for name in sigma25-first sigma25-mean-free sigma25-fixed-mean sigma5-first sigma5-mean-free sigma5-fixed-mean sigma25-minimum sigma5-minimum sigma25-reweighted sigma5-reweighted adaptive-likelihood adaptive-first adaptive-second adaptive crr-sigma25 crr-sigma5; do
    case $name in
        adaptive*) set -- "$1" "$2" ;; # validated by images of the training that are held out
        *) set -- "$1" "$2" --validation "$2" ;;
    esac
    data=$1 validation=$2
    shift 2
    recon train --config "$folder/$name.toml" --data "$data" "$@" -o "$name.safetensors" --resume
    set -- "$data" "$validation"
done
