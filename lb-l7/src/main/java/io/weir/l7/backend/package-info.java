/** Connections to backends: dialling, HTTP/1.1 towards the backend, the pool of idle ones. */
@NullMarked
package io.weir.l7.backend;

import org.jspecify.annotations.NullMarked;
