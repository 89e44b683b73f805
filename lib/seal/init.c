/* SPDX-License-Identifier: Apache-2.0 */
#include "seal/init.h"

#include <sodium.h>
#include <stdio.h>

enum tcn_status tcn_seal_init(void) {
    return sodium_init() < 0 ? TCN_IO : TCN_OK;
}

void tcn_secret_wipe(void *data, size_t size) {
    if (size > 0) {
        sodium_memzero(data, size);
    }
}

void tcn_seal_library_version(char out_version[TCN_LIBRARY_VERSION_BYTES]) {
    (void)snprintf(out_version, TCN_LIBRARY_VERSION_BYTES, "%s", sodium_version_string());
}
