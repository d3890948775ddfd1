"""Parameters of the simple methods relative to the noise, by level.

Best in mean PSNR on the middles of Set12 (64 x 64 pixels, for wavelets 128 x 128), found by
`benchmarks/calibrate_methods.py`.
"""

TV = {1.0: 0.159, 2.0: 0.269, 5.0: 0.43, 10.0: 0.559, 15.0: 0.64, 25.0: 0.727, 35.0: 0.769, 50.0: 0.814}
NLM = {2.0: 0.756, 5.0: 0.756, 10.0: 0.727, 15.0: 0.688, 25.0: 0.605, 50.0: 0.532}
WAVELET = {2.0: 1.278, 5.0: 1.144, 10.0: 1.056, 15.0: 1.016, 25.0: 1.0, 50.0: 1.0}
