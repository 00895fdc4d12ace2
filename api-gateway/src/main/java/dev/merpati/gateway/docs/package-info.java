/** The documentation: the description of the API, the guide that is rendered from it, and a page to try calls. */
@NullMarked
package dev.merpati.gateway.docs;

import org.jspecify.annotations.NullMarked;
