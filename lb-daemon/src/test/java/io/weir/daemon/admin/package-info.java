/** The API's parts on their own. */
@NullMarked
package io.weir.daemon.admin;

import org.jspecify.annotations.NullMarked;
