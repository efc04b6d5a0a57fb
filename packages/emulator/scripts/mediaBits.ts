/** The coded pictures and sounds of the emulator's files, bit by bit: a grey picture (H.264, baseline) and silence (AAC-LC). */

/** Writes numbers as the two standards do. */
class Bits {
  #bits = "";

  /** A number in so many bits. */
  u(width: number, value: number): this {
    this.#bits += value.toString(2).padStart(width, "0");
    return this;
  }

  /** An Exp-Golomb code: ue(v) of H.264; se(v) is only needed for 0, which is the same. */
  ue(value: number): this {
    const binary = (value + 1).toString(2);
    this.#bits += "0".repeat(binary.length - 1) + binary;
    return this;
  }

  /** A 1 and zeros up to a whole byte: the trailing bits of H.264. */
  trailing(): Buffer {
    this.#bits += "1";
    return this.bytes();
  }

  bytes(): Buffer {
    const padded = this.#bits.padEnd(Math.ceil(this.#bits.length / 8) * 8, "0");
    return Buffer.from((padded.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  }
}

export const PICTURE = { width: 320, height: 180 };

/** In macroblocks of 16 x 16; what is below the picture is cropped. */
const COLUMNS = PICTURE.width / 16;
const ROWS = Math.ceil(PICTURE.height / 16);

/** A NAL unit: no three bytes in it may look like a start code. */
function nal(header: number, payload: Buffer): Buffer {
  const escaped: number[] = [];
  for (const byte of payload) {
    if (byte <= 3 && escaped.at(-1) === 0 && escaped.at(-2) === 0) escaped.push(3);
    escaped.push(byte);
  }
  return Buffer.from([header, ...escaped]);
}

/** Profile, constraints and level as in `avcC`: constrained baseline, 1.2. */
export const AVC_PROFILE = [66, 0xc0, 12] as const;

export const SEQUENCE_PARAMETERS = nal(
  0x67,
  new Bits()
    .u(8, AVC_PROFILE[0])
    .u(8, AVC_PROFILE[1])
    .u(8, AVC_PROFILE[2])
    .ue(0) // seq_parameter_set_id
    .ue(0) // log2_max_frame_num_minus4
    .ue(2) // pic_order_cnt_type: frames are shown in the order in which they come
    .ue(1) // max_num_ref_frames
    .u(1, 0) // gaps_in_frame_num_value_allowed_flag
    .ue(COLUMNS - 1)
    .ue(ROWS - 1)
    .u(1, 1) // frame_mbs_only_flag
    .u(1, 1) // direct_8x8_inference_flag
    .u(1, 1) // frame_cropping_flag: left, right, top, bottom, in units of two lines
    .ue(0)
    .ue(0)
    .ue(0)
    .ue((ROWS * 16 - PICTURE.height) / 2)
    .u(1, 0) // vui_parameters_present_flag
    .trailing(),
);

export const PICTURE_PARAMETERS = nal(
  0x68,
  new Bits()
    .ue(0) // pic_parameter_set_id
    .ue(0) // seq_parameter_set_id
    .u(2, 0) // entropy_coding_mode_flag: CAVLC; bottom_field_pic_order_in_frame_present_flag
    .ue(0) // num_slice_groups_minus1
    .ue(0) // num_ref_idx_l0_default_active_minus1
    .ue(0) // num_ref_idx_l1_default_active_minus1
    .u(3, 0) // weighted_pred_flag, weighted_bipred_idc
    .ue(0) // pic_init_qp_minus26
    .ue(0) // pic_init_qs_minus26
    .ue(0) // chroma_qp_index_offset
    .u(3, 0) // deblocking control, constrained intra prediction, redundant pictures: none
    .trailing(),
);

/** A whole picture: each macroblock is predicted from its neighbours, the first from nothing, which is grey; no residual. */
function greyPicture(): Buffer {
  const bits = new Bits()
    .ue(0) // first_mb_in_slice
    .ue(7) // slice_type: I
    .ue(0) // pic_parameter_set_id
    .u(4, 0) // frame_num
    .ue(0) // idr_pic_id
    .u(2, 0) // no_output_of_prior_pics_flag, long_term_reference_flag
    .ue(0); // slice_qp_delta
  for (let block = 0; block < COLUMNS * ROWS; block += 1) {
    // mb_type I_16x16_2_0_0, intra_chroma_pred_mode DC, mb_qp_delta 0, coeff_token of no coefficients
    bits.ue(3).ue(0).ue(0).u(1, 1);
  }
  return nal(0x65, bits.trailing());
}

/** The picture before once more: every macroblock is skipped. */
function samePicture(): Buffer {
  const bits = new Bits()
    .ue(0) // first_mb_in_slice
    .ue(5) // slice_type: P
    .ue(0) // pic_parameter_set_id
    .u(4, 1) // frame_num
    .u(2, 0) // num_ref_idx_active_override_flag, ref_pic_list_modification_flag_l0
    .ue(0) // slice_qp_delta
    .ue(COLUMNS * ROWS); // mb_skip_run
  return nal(0x01, bits.trailing());
}

/** The two samples of the video track: NAL units with their length before them. */
export const PICTURES = [greyPicture(), samePicture()].map((unit) => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(unit.length);
  return Buffer.concat([length, unit]);
});

export const SOUND = { hertz: 8000, samplesInFrame: 1024 };

/** AudioSpecificConfig: AAC-LC, 8 kHz, one channel. */
export const AUDIO_CONFIG = new Bits().u(5, 2).u(4, 11).u(4, 1).u(3, 0).bytes();

/** One frame of silence: a single channel without any coefficient, and the end. */
export const SILENCE = new Bits()
  .u(3, 0) // id_syn_ele: single channel
  .u(4, 0) // element_instance_tag
  .u(8, 0) // global_gain
  .u(4, 0) // ics_reserved_bit, window_sequence, window_shape
  .u(6, 0) // max_sfb
  .u(1, 0) // predictor_data_present
  .u(3, 0) // pulse_data_present, tns_data_present, gain_control_data_present
  .u(3, 7) // id_syn_ele: end
  .bytes();
