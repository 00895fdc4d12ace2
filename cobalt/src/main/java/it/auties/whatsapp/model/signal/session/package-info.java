/**
 * Our part of Cobalt's package of Signal sessions.
 *
 * <p>Each of our classes is null-marked by itself: the package is Cobalt's, whose classes are not.
 */
package it.auties.whatsapp.model.signal.session;
