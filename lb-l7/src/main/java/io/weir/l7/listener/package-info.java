/** The doors for HTTP: opening, limits, the PROXY protocol, draining. */
@NullMarked
package io.weir.l7.listener;

import org.jspecify.annotations.NullMarked;
