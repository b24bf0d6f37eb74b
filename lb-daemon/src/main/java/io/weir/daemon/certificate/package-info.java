/** Certificates and keys of listeners: read, watched, put into service. */
@NullMarked
package io.weir.daemon.certificate;

import org.jspecify.annotations.NullMarked;
