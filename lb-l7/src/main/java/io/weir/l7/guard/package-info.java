/** The one place that judges the framing of messages, requests and answers (RFC 9110, RFC 9112). */
@NullMarked
package io.weir.l7.guard;

import org.jspecify.annotations.NullMarked;
