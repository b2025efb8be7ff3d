import type { RouteObject } from 'react-router'
import { ShopsPage } from './shops-page'

/** Every screen under `/studio`. */
export const studioRoutes: RouteObject[] = [{ index: true, element: <ShopsPage /> }]
