/** A tenant's session as gateway and worker both see it. */
@NullMarked
package dev.merpati.model.session;

import org.jspecify.annotations.NullMarked;
