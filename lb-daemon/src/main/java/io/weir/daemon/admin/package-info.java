/** The administrators' API: HTTP/1.1 on the unix socket and on {@code admin.http}, one class a resource. */
@NullMarked
package io.weir.daemon.admin;

import org.jspecify.annotations.NullMarked;
