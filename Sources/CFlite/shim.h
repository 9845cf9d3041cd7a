#include <flite/flite.h>
#include <string.h>

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

/// The lexicon of American English with its letter-to-sound rules, made on the first call and kept by the library.
cst_lexicon *cmu_lex_init(void);

/// Writes the phones of `word`, lower-case letters only, with a space after each.
///
/// - Returns: the number of bytes written, without the final zero; −1 when the word cannot be pronounced or `phones` is too small.
///
/// In C, because the values of flite are unions that Swift cannot take apart.
static inline int cflite_pronounce(const char *word, char *phones, int capacity) {
    cst_lexicon *lexicon = cmu_lex_init();
    cst_val *list = lexicon ? lex_lookup(lexicon, word, NULL, NULL) : NULL;
    int length = 0;
    for (const cst_val *item = list; item && length >= 0; item = val_cdr(item)) {
        const char *phone = val_string(val_car(item));
        int size = (int)strlen(phone);
        if (length + size + 2 > capacity) {
            length = -1;
        } else {
            memcpy(phones + length, phone, (size_t)size);
            phones[length + size] = ' ';
            length += size + 1;
        }
    }
    if (list) delete_val(list);
    if (length > 0) phones[length] = 0;
    return length > 0 ? length : -1;
}
