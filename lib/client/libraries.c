/* SPDX-License-Identifier: Apache-2.0 */
#include "client/libraries.h"

#include "link/link.h"
#include "seal/init.h"
#include "wire/frame.h"

void tcn_client_libraries(struct tcn_library out_libraries[TCN_CLIENT_LIBRARIES]) {
    out_libraries[0] = (struct tcn_library){.name = "libzmq", .tested = "4.3.4"};
    out_libraries[1] = (struct tcn_library){.name = "libsodium", .tested = "1.0.18"};
    out_libraries[2] = (struct tcn_library){.name = "protobuf-c", .tested = "1.4.1"};
    tcn_link_library_version(out_libraries[0].version);
    tcn_seal_library_version(out_libraries[1].version);
    tcn_wire_library_version(out_libraries[2].version);
}
