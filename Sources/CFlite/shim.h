#include <flite/flite.h>

// The voices' libraries come without headers. Each function gives the voice, made on the first call and kept by the library;
// the argument is not used.
cst_voice *register_cmu_us_slt(const char *voxdir);
cst_voice *register_cmu_us_kal16(const char *voxdir);
cst_voice *register_cmu_us_rms(const char *voxdir);
cst_voice *register_cmu_us_awb(const char *voxdir);

/// Lets `voice` hand its sound to `channel`, which it then owns, while it computes.
///
/// In C, because the features keep the pointer to the name that they are given: it must be a literal.
static inline void cflite_stream(cst_voice *voice, cst_audio_streaming_info *channel) {
    flite_feat_set(voice->features, "streaming_info", audio_streaming_info_val(channel));
}
