/** HTTP/2's frames, header blocks, settings, windows and floods (RFC 9113, RFC 7541), without any socket or clock. */
@NullMarked
package io.weir.l7.h2;

import org.jspecify.annotations.NullMarked;
